package com.genesyslab.platform.standby.events;

import com.genesyslab.platform.commons.protocol.Endpoint;
import java.util.EventObject;

public final class WSTriedUnsuccessfullyEvent extends EventObject {
    private static final long serialVersionUID = 1;

    WSTriedUnsuccessfullyEvent(Object source) {
        super(source);
    }

    public Endpoint getEndpoint() {
        throw new UnsupportedOperationException();
    }

    public Throwable getCause() {
        throw new UnsupportedOperationException();
    }

    public boolean isRestoringStopped() {
        throw new UnsupportedOperationException();
    }
}
