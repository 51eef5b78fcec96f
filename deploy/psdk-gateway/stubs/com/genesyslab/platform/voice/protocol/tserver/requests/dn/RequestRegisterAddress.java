package com.genesyslab.platform.voice.protocol.tserver.requests.dn;

import com.genesyslab.platform.commons.protocol.Message;
import com.genesyslab.platform.voice.protocol.tserver.AddressType;
import com.genesyslab.platform.voice.protocol.tserver.ControlMode;
import com.genesyslab.platform.voice.protocol.tserver.RegisterMode;

public abstract class RequestRegisterAddress extends Message {
    public static RequestRegisterAddress create(
            String thisDN, RegisterMode registerMode, ControlMode controlMode, AddressType addressType) {
        throw new UnsupportedOperationException();
    }
}
