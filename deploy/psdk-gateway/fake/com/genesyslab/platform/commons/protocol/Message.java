package com.genesyslab.platform.commons.protocol;

import java.util.Map;

public abstract class Message {
    private Integer reference;

    public abstract int messageId();

    public Integer getReferenceID() {
        return reference;
    }

    public void reference(Integer number) {
        reference = number;
    }

    /** A request as the simulated T-Server reads it. */
    public Map<String, Object> request() {
        throw new UnsupportedOperationException("not a request");
    }
}
