package com.genesyslab.platform.standby;

import com.genesyslab.platform.commons.protocol.ClientChannel;
import com.genesyslab.platform.commons.protocol.Endpoint;

public class WarmStandby {
    public WarmStandby(ClientChannel channel, Endpoint... endpoints) {
        throw new UnsupportedOperationException();
    }

    public void autoRestore() {
        throw new UnsupportedOperationException();
    }

    public void close() throws InterruptedException {
        throw new UnsupportedOperationException();
    }

    public WSConfig getConfig() {
        throw new UnsupportedOperationException();
    }

    public void setConfig(WSConfig config) {
        throw new UnsupportedOperationException();
    }

    public void setHandler(IWSHandler handler) {
        throw new UnsupportedOperationException();
    }
}
