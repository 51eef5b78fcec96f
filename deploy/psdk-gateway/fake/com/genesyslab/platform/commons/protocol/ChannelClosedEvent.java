package com.genesyslab.platform.commons.protocol;

public class ChannelClosedEvent extends ChannelErrorEvent {
    private static final long serialVersionUID = 1;

    private final transient Throwable cause;

    public ChannelClosedEvent(Object source, Throwable cause) {
        super(source);
        this.cause = cause;
    }

    public Throwable getCause() {
        return cause;
    }
}
