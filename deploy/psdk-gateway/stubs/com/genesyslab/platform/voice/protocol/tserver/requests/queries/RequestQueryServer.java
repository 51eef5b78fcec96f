package com.genesyslab.platform.voice.protocol.tserver.requests.queries;

import com.genesyslab.platform.commons.protocol.Message;

public abstract class RequestQueryServer extends Message {
    public static RequestQueryServer create() {
        throw new UnsupportedOperationException();
    }
}
