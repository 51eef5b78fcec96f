package com.genesyslab.platform.voice.protocol.tserver.requests.special;

import com.genesyslab.platform.commons.protocol.Message;
import com.genesyslab.platform.voice.protocol.EventMask;
import java.util.Map;

public abstract class RequestSetInputMask extends Message {
    public static RequestSetInputMask create(EventMask inputMask) {
        return new RequestSetInputMask() {
            @Override
            public int messageId() {
                return 7;
            }

            @Override
            public Map<String, Object> request() {
                return Map.of(
                        "request",
                        "SetInputMask",
                        "ids",
                        inputMask.bits.stream().boxed().toList());
            }
        };
    }
}
