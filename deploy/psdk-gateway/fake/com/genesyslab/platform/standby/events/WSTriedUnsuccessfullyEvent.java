package com.genesyslab.platform.standby.events;

import com.genesyslab.platform.commons.protocol.Endpoint;
import java.util.EventObject;

public final class WSTriedUnsuccessfullyEvent extends EventObject {
    private static final long serialVersionUID = 1;

    private final transient Endpoint endpoint;
    private final transient Throwable cause;
    private final boolean stopped;

    public WSTriedUnsuccessfullyEvent(Object source, Endpoint endpoint, Throwable cause, boolean stopped) {
        super(source);
        this.endpoint = endpoint;
        this.cause = cause;
        this.stopped = stopped;
    }

    public Endpoint getEndpoint() {
        return endpoint;
    }

    public Throwable getCause() {
        return cause;
    }

    public boolean isRestoringStopped() {
        return stopped;
    }
}
