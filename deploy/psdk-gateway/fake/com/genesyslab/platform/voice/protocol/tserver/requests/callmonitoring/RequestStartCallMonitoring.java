package com.genesyslab.platform.voice.protocol.tserver.requests.callmonitoring;

import com.genesyslab.platform.commons.protocol.Message;
import com.genesyslab.platform.voice.protocol.tserver.RegModeMask;
import java.util.Map;

public abstract class RequestStartCallMonitoring extends Message {
    public static RequestStartCallMonitoring create(RegModeMask regModeMask) {
        return new RequestStartCallMonitoring() {
            @Override
            public int messageId() {
                return 167;
            }

            @Override
            public Map<String, Object> request() {
                return Map.of("request", "StartCallMonitoring", "mode", regModeMask.name());
            }
        };
    }
}
