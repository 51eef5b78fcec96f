package com.genesyslab.platform.voice.protocol.tserver.events;

import com.genesyslab.platform.commons.protocol.Message;
import com.genesyslab.platform.voice.protocol.tserver.TServerEvent;

public abstract class EventRestoreConnection extends Message implements TServerEvent {
    public static final int ID = 132;
}
