package com.genesyslab.platform.commons.protocol;

public class ChannelClosedEvent extends ChannelErrorEvent {
    private static final long serialVersionUID = 1;

    ChannelClosedEvent(Object source) {
        super(source);
    }

    public Throwable getCause() {
        throw new UnsupportedOperationException();
    }
}
