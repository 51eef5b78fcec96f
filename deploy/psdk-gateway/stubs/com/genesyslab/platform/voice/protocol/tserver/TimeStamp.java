package com.genesyslab.platform.voice.protocol.tserver;

public abstract class TimeStamp {
    public Integer getTimeinSecs() {
        throw new UnsupportedOperationException();
    }

    public Integer getTimeinuSecs() {
        throw new UnsupportedOperationException();
    }
}
