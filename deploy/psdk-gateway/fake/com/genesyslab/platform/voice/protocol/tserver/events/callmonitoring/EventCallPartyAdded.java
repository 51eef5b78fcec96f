package com.genesyslab.platform.voice.protocol.tserver.events.callmonitoring;

import excp.gateway.FakeCallEvent;
import java.util.Map;

public class EventCallPartyAdded extends FakeCallEvent {
    public static final int ID = 163;

    public EventCallPartyAdded(Map<String, Object> attributes) {
        super(ID, attributes);
    }
}
