package com.genesyslab.platform.standby.events;

import java.util.EventObject;

public final class WSAllTriedUnsuccessfullyEvent extends EventObject {
    private static final long serialVersionUID = 1;

    public WSAllTriedUnsuccessfullyEvent(Object source) {
        super(source);
    }
}
