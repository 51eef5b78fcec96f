package com.genesyslab.platform.voice.protocol.tserver.events.callmonitoring;

import excp.gateway.FakeCallEvent;
import java.util.Map;

public class EventCallPartyMoved extends FakeCallEvent {
    public static final int ID = 165;

    public EventCallPartyMoved(Map<String, Object> attributes) {
        super(ID, attributes);
    }
}
