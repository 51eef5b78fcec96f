package com.genesyslab.platform.voice.protocol.tserver.requests.callmonitoring;

import com.genesyslab.platform.commons.protocol.Message;
import com.genesyslab.platform.voice.protocol.tserver.RegModeMask;

public abstract class RequestStartCallMonitoring extends Message {
    public static RequestStartCallMonitoring create(RegModeMask regModeMask) {
        throw new UnsupportedOperationException();
    }
}
