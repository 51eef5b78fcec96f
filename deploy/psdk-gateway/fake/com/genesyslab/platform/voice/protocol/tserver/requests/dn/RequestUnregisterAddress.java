package com.genesyslab.platform.voice.protocol.tserver.requests.dn;

import com.genesyslab.platform.commons.protocol.Message;
import com.genesyslab.platform.voice.protocol.tserver.ControlMode;
import java.util.Map;

public abstract class RequestUnregisterAddress extends Message {
    public static RequestUnregisterAddress create(String thisDN, ControlMode controlMode) {
        return new RequestUnregisterAddress() {
            @Override
            public int messageId() {
                return 4;
            }

            @Override
            public Map<String, Object> request() {
                return Map.of("request", "UnregisterAddress", "dn", thisDN);
            }
        };
    }
}
