package com.genesyslab.platform.voice.protocol;

public class EventMask {
    public EventMask() {
        throw new UnsupportedOperationException();
    }

    public void set(int nn) {
        throw new UnsupportedOperationException();
    }

    public void clearAll() {
        throw new UnsupportedOperationException();
    }
}
