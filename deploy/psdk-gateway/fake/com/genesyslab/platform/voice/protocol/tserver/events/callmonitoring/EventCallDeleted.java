package com.genesyslab.platform.voice.protocol.tserver.events.callmonitoring;

import excp.gateway.FakeCallEvent;
import java.util.Map;

public class EventCallDeleted extends FakeCallEvent {
    public static final int ID = 162;

    public EventCallDeleted(Map<String, Object> attributes) {
        super(ID, attributes);
    }
}
