package com.genesyslab.platform.standby.events;

import java.util.EventObject;

public final class WSDisconnectedEvent extends EventObject {
    private static final long serialVersionUID = 1;

    WSDisconnectedEvent(Object source) {
        super(source);
    }
}
