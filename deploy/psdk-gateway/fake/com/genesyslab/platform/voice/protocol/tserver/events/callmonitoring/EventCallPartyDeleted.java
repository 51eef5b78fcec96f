package com.genesyslab.platform.voice.protocol.tserver.events.callmonitoring;

import excp.gateway.FakeCallEvent;
import java.util.Map;

public class EventCallPartyDeleted extends FakeCallEvent {
    public static final int ID = 166;

    public EventCallPartyDeleted(Map<String, Object> attributes) {
        super(ID, attributes);
    }
}
