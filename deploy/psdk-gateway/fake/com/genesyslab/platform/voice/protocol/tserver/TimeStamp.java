package com.genesyslab.platform.voice.protocol.tserver;

public abstract class TimeStamp {
    public abstract Integer getTimeinSecs();

    public abstract Integer getTimeinuSecs();

    public static TimeStamp create(Integer timeinSecs, Integer timeinuSecs) {
        return new TimeStamp() {
            @Override
            public Integer getTimeinSecs() {
                return timeinSecs;
            }

            @Override
            public Integer getTimeinuSecs() {
                return timeinuSecs;
            }
        };
    }
}
