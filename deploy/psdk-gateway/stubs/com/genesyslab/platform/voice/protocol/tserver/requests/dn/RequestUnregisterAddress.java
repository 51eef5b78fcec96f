package com.genesyslab.platform.voice.protocol.tserver.requests.dn;

import com.genesyslab.platform.commons.protocol.Message;
import com.genesyslab.platform.voice.protocol.tserver.ControlMode;

public abstract class RequestUnregisterAddress extends Message {
    public static RequestUnregisterAddress create(String thisDN, ControlMode controlMode) {
        throw new UnsupportedOperationException();
    }
}
