package com.genesyslab.platform.voice.protocol.tserver.requests.special;

import com.genesyslab.platform.commons.protocol.Message;
import com.genesyslab.platform.voice.protocol.EventMask;

public abstract class RequestSetInputMask extends Message {
    public static RequestSetInputMask create(EventMask inputMask) {
        throw new UnsupportedOperationException();
    }
}
