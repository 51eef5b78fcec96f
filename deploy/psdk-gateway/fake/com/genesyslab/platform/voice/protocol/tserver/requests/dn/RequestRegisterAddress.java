package com.genesyslab.platform.voice.protocol.tserver.requests.dn;

import com.genesyslab.platform.commons.protocol.Message;
import com.genesyslab.platform.voice.protocol.tserver.AddressType;
import com.genesyslab.platform.voice.protocol.tserver.ControlMode;
import com.genesyslab.platform.voice.protocol.tserver.RegisterMode;
import java.util.Map;

public abstract class RequestRegisterAddress extends Message {
    public static RequestRegisterAddress create(
            String thisDN, RegisterMode registerMode, ControlMode controlMode, AddressType addressType) {
        return new RequestRegisterAddress() {
            @Override
            public int messageId() {
                return 3;
            }

            @Override
            public Map<String, Object> request() {
                return Map.of(
                        "request", "RegisterAddress",
                        "dn", thisDN,
                        "mode", registerMode.name(),
                        "control", controlMode.name(),
                        "type", addressType.name());
            }
        };
    }
}
