package com.genesyslab.platform.voice.protocol.tserver.events;

import com.genesyslab.platform.commons.protocol.Message;
import com.genesyslab.platform.voice.protocol.tserver.TServerEvent;

public abstract class EventDNBackInService extends Message implements TServerEvent {
    public static final int ID = 148;
}
