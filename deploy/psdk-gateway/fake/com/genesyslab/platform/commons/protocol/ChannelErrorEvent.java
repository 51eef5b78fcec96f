package com.genesyslab.platform.commons.protocol;

import java.util.EventObject;

public class ChannelErrorEvent extends EventObject {
    private static final long serialVersionUID = 1;

    public ChannelErrorEvent(Object source) {
        super(source);
    }
}
