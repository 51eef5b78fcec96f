package com.genesyslab.platform.voice.protocol;

public final class ConnectionId {
    public long toLong() {
        throw new UnsupportedOperationException();
    }
}
