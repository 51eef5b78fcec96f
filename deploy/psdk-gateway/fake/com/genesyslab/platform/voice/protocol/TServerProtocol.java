package com.genesyslab.platform.voice.protocol;

import com.genesyslab.platform.commons.protocol.ClientChannel;

public class TServerProtocol extends ClientChannel {
    public void setClientName(String appName) {
        clientName = appName;
    }

    public void setClientPassword(String pass) {
        clientPassword = pass;
    }
}
