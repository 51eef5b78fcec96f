package com.genesyslab.platform.commons.protocol;

public abstract class Message {
    public int messageId() {
        throw new UnsupportedOperationException();
    }

    public Integer getReferenceID() {
        throw new UnsupportedOperationException();
    }
}
