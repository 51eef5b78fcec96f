package com.genesyslab.platform.voice.protocol.tserver.events.callmonitoring;

import excp.gateway.FakeCallEvent;
import java.util.Map;

public class EventCallDataChanged extends FakeCallEvent {
    public static final int ID = 161;

    public EventCallDataChanged(Map<String, Object> attributes) {
        super(ID, attributes);
    }
}
