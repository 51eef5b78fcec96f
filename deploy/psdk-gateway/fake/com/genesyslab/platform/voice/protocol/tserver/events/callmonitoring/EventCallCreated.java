package com.genesyslab.platform.voice.protocol.tserver.events.callmonitoring;

import excp.gateway.FakeCallEvent;
import java.util.Map;

public class EventCallCreated extends FakeCallEvent {
    public static final int ID = 160;

    public EventCallCreated(Map<String, Object> attributes) {
        super(ID, attributes);
    }
}
