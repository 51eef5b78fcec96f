package excp.gateway;

import com.genesyslab.platform.voice.protocol.ConnectionId;
import java.util.Map;

/** A call monitoring event, with the getters that only these have. */
public class FakeCallEvent extends FakeEvent {
    public FakeCallEvent(int id, Map<String, Object> attributes) {
        super(id, attributes);
    }

    public String getDN() {
        return text("DN");
    }

    public Integer getPartyState() {
        return number("PartyState");
    }

    public Integer getPartyType() {
        return number("PartyType");
    }

    public String getRefParty() {
        return text("RefParty");
    }

    public String getCtrlParty() {
        return text("CtrlParty");
    }

    public Long getCMTimeStamp() {
        return longNumber("CMTimeStamp");
    }

    public String getDialedNumber() {
        return text("DialedNumber");
    }

    public byte[] getISLinkList() {
        return bytes("ISLinkList");
    }

    public ConnectionId getOriginConnID() {
        return connection("OriginConnID");
    }

    public ConnectionId getRefConnID() {
        return connection("RefConnID");
    }

    public Integer getDbid() {
        return number("DBID");
    }
}
