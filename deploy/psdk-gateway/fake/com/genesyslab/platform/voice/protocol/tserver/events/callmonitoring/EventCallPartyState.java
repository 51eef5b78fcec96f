package com.genesyslab.platform.voice.protocol.tserver.events.callmonitoring;

import excp.gateway.FakeCallEvent;
import java.util.Map;

public class EventCallPartyState extends FakeCallEvent {
    public static final int ID = 164;

    public EventCallPartyState(Map<String, Object> attributes) {
        super(ID, attributes);
    }
}
