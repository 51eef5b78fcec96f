package com.genesyslab.platform.voice.protocol.tserver.requests.queries;

import com.genesyslab.platform.commons.protocol.Message;
import java.util.Map;

public abstract class RequestQueryServer extends Message {
    public static RequestQueryServer create() {
        return new RequestQueryServer() {
            @Override
            public int messageId() {
                return 1;
            }

            @Override
            public Map<String, Object> request() {
                return Map.of("request", "QueryServer");
            }
        };
    }
}
