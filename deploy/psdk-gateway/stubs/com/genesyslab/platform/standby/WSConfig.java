package com.genesyslab.platform.standby;

public final class WSConfig {
    public WSConfig setTimeout(Integer valueMs) {
        throw new UnsupportedOperationException();
    }

    public WSConfig setRetryDelay(int... delayMs) {
        throw new UnsupportedOperationException();
    }

    public WSConfig setReconnectionRandomDelayRange(int delayMs) {
        throw new UnsupportedOperationException();
    }
}
