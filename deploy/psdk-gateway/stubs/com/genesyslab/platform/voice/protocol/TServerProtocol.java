package com.genesyslab.platform.voice.protocol;

import com.genesyslab.platform.commons.protocol.ClientChannel;

public class TServerProtocol extends ClientChannel {
    public TServerProtocol() {
        throw new UnsupportedOperationException();
    }

    public void setClientName(String appName) {
        throw new UnsupportedOperationException();
    }

    public void setClientPassword(String pass) {
        throw new UnsupportedOperationException();
    }
}
