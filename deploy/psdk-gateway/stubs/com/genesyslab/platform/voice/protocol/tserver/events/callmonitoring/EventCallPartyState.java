package com.genesyslab.platform.voice.protocol.tserver.events.callmonitoring;

import com.genesyslab.platform.commons.protocol.Message;
import com.genesyslab.platform.voice.protocol.ConnectionId;
import com.genesyslab.platform.voice.protocol.tserver.TServerEvent;

public abstract class EventCallPartyState extends Message implements TServerEvent {
    public static final int ID = 164;

    public String getDN() {
        throw new UnsupportedOperationException();
    }

    public Integer getPartyState() {
        throw new UnsupportedOperationException();
    }

    public Integer getPartyType() {
        throw new UnsupportedOperationException();
    }

    public String getRefParty() {
        throw new UnsupportedOperationException();
    }

    public String getCtrlParty() {
        throw new UnsupportedOperationException();
    }

    public Long getCMTimeStamp() {
        throw new UnsupportedOperationException();
    }

    public String getDialedNumber() {
        throw new UnsupportedOperationException();
    }

    public byte[] getISLinkList() {
        throw new UnsupportedOperationException();
    }

    public ConnectionId getOriginConnID() {
        throw new UnsupportedOperationException();
    }

    public ConnectionId getRefConnID() {
        throw new UnsupportedOperationException();
    }

    public Integer getDbid() {
        throw new UnsupportedOperationException();
    }
}
