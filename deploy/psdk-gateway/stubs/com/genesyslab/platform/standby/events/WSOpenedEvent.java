package com.genesyslab.platform.standby.events;

import java.util.EventObject;

public final class WSOpenedEvent extends EventObject {
    private static final long serialVersionUID = 1;

    WSOpenedEvent(Object source) {
        super(source);
    }
}
