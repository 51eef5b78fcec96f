package com.genesyslab.platform.voice.protocol;

public final class ConnectionId {
    private final long number;

    public ConnectionId(long number) {
        this.number = number;
    }

    public long toLong() {
        return number;
    }
}
