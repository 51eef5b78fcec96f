package excp.gateway;

import com.genesyslab.platform.commons.collections.KeyValueCollection;
import com.genesyslab.platform.commons.protocol.Message;
import com.genesyslab.platform.voice.protocol.ConnectionId;
import com.genesyslab.platform.voice.protocol.tserver.CallType;
import com.genesyslab.platform.voice.protocol.tserver.Cause;
import com.genesyslab.platform.voice.protocol.tserver.DNRole;
import com.genesyslab.platform.voice.protocol.tserver.Reliability;
import com.genesyslab.platform.voice.protocol.tserver.ServerRole;
import com.genesyslab.platform.voice.protocol.tserver.TServerEvent;
import com.genesyslab.platform.voice.protocol.tserver.TimeStamp;
import java.util.List;
import java.util.Map;

/** Any event: its attributes by TLib name, enumerations by their name, as the simulated T-Server sends them. */
public class FakeEvent extends Message implements TServerEvent {
    private final int id;
    private final Map<String, Object> attributes;

    public FakeEvent(int id, Map<String, Object> attributes) {
        this.id = id;
        this.attributes = attributes;
    }

    @Override
    public int messageId() {
        return id;
    }

    @Override
    public TimeStamp getTime() {
        Integer seconds = number("TimeinSecs");
        return seconds == null ? null : TimeStamp.create(seconds, number("TimeinuSecs"));
    }

    @Override
    public String getCallUuid() {
        return text("CallUUID");
    }

    @Override
    public String getPartyUuid() {
        return text("PartyUUID");
    }

    @Override
    public String getOriginalCallUuid() {
        return text("OrigCallUUID");
    }

    @Override
    public String getRefCallUuid() {
        return text("RefCallUUID");
    }

    @Override
    public String getNewCallUuid() {
        return text("NewCallUUID");
    }

    @Override
    public ConnectionId getConnID() {
        return connection("ConnID");
    }

    @Override
    public ConnectionId getPreviousConnID() {
        return connection("PreviousConnID");
    }

    @Override
    public Integer getCallID() {
        return number("CallID");
    }

    @Override
    public Long getNetworkCallID() {
        return longNumber("NetworkCallID");
    }

    @Override
    public CallType getCallType() {
        return CallType.valueOf(text("CallType"));
    }

    @Override
    public CallType getLocalCallType() {
        return CallType.valueOf(text("LocalCallType"));
    }

    @Override
    public CallType getPropagatedCallType() {
        return CallType.valueOf(text("PropagatedCallType"));
    }

    @Override
    public Integer getCallState() {
        return number("CallState");
    }

    @Override
    public String getThisDN() {
        return text("ThisDN");
    }

    @Override
    public String getThisQueue() {
        return text("ThisQueue");
    }

    @Override
    public String getOtherDN() {
        return text("OtherDN");
    }

    @Override
    public String getThirdPartyDN() {
        return text("ThirdPartyDN");
    }

    @Override
    public String getThirdPartyQueue() {
        return text("ThirdPartyQueue");
    }

    @Override
    public DNRole getThisDNRole() {
        return DNRole.valueOf(text("ThisDNRole"));
    }

    @Override
    public DNRole getOtherDNRole() {
        return DNRole.valueOf(text("OtherDNRole"));
    }

    @Override
    public DNRole getThirdPartyDNRole() {
        return DNRole.valueOf(text("ThirdPartyDNRole"));
    }

    @Override
    public String getANI() {
        return text("ANI");
    }

    @Override
    public String getDNIS() {
        return text("DNIS");
    }

    @Override
    public String getAgentID() {
        return text("AgentID");
    }

    @Override
    public String getPlace() {
        return text("Place");
    }

    @Override
    public Cause getCause() {
        return Cause.valueOf(text("Cause"));
    }

    @Override
    public Reliability getReliability() {
        return Reliability.valueOf(text("Reliability"));
    }

    @Override
    public KeyValueCollection getUserData() {
        return list("UserData");
    }

    @Override
    public KeyValueCollection getExtensions() {
        return list("Extensions");
    }

    @Override
    public KeyValueCollection getReasons() {
        return list("Reasons");
    }

    @Override
    public Long getEventSequenceNumber() {
        return longNumber("EventSequenceNumber");
    }

    @Override
    public Integer getSessionID() {
        return number("SessionID");
    }

    @Override
    public Integer getErrorCode() {
        return number("ErrorCode");
    }

    @Override
    public String getErrorMessage() {
        return text("ErrorMessage");
    }

    @Override
    public ServerRole getServerRole() {
        return ServerRole.valueOf(text("ServerRole"));
    }

    @Override
    public ServerRole getRegistrationCode() {
        return ServerRole.valueOf(text("RegistrationCode"));
    }

    @Override
    public Long getServerStartTime() {
        return longNumber("ServerStartTime");
    }

    protected String text(String attribute) {
        Object value = attributes.get(attribute);
        if ("FAIL".equals(value)) {
            throw new IllegalStateException("a getter that fails");
        }
        return value == null ? null : value.toString();
    }

    protected Integer number(String attribute) {
        return attributes.get(attribute) instanceof Number number ? Integer.valueOf(number.intValue()) : null;
    }

    protected Long longNumber(String attribute) {
        return attributes.get(attribute) instanceof Number number ? Long.valueOf(number.longValue()) : null;
    }

    protected ConnectionId connection(String attribute) {
        String text = text(attribute);
        return text == null ? null : new ConnectionId(Long.parseUnsignedLong(text, 16));
    }

    protected byte[] bytes(String attribute) {
        return (byte[]) FakeValues.value(attributes.get(attribute));
    }

    private KeyValueCollection list(String attribute) {
        return attributes.get(attribute) instanceof List<?> pairs ? FakeValues.list(pairs) : null;
    }
}
