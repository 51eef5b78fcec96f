package com.genesyslab.platform.standby;

public final class WSConfig {
    public int retryDelay = 1000;

    public WSConfig setTimeout(Integer valueMs) {
        return this;
    }

    public WSConfig setRetryDelay(int... delayMs) {
        retryDelay = delayMs[0];
        return this;
    }

    public WSConfig setReconnectionRandomDelayRange(int delayMs) {
        return this;
    }
}
