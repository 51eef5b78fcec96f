package excp.gateway;

import com.genesyslab.platform.commons.GEnum;
import com.genesyslab.platform.commons.collections.KeyValueCollection;
import com.genesyslab.platform.commons.protocol.Message;
import com.genesyslab.platform.voice.protocol.ConnectionId;
import com.genesyslab.platform.voice.protocol.tserver.TServerEvent;
import com.genesyslab.platform.voice.protocol.tserver.TimeStamp;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Makes plain values of the Platform SDK's events. An attribute that cannot be read is left out and counted. */
final class EventReader {
    private record Attribute(String name, Function<TServerEvent, Object> getter) {}

    private static final List<Attribute> ATTRIBUTES = List.of(
            new Attribute("CallUUID", TServerEvent::getCallUuid),
            new Attribute("ConnID", TServerEvent::getConnID),
            new Attribute("PreviousConnID", TServerEvent::getPreviousConnID),
            new Attribute("CallID", TServerEvent::getCallID),
            new Attribute("NetworkCallID", TServerEvent::getNetworkCallID),
            new Attribute("CallType", TServerEvent::getCallType),
            new Attribute("LocalCallType", TServerEvent::getLocalCallType),
            new Attribute("PropagatedCallType", TServerEvent::getPropagatedCallType),
            new Attribute("CallState", TServerEvent::getCallState),
            new Attribute("OrigCallUUID", TServerEvent::getOriginalCallUuid),
            new Attribute("RefCallUUID", TServerEvent::getRefCallUuid),
            new Attribute("NewCallUUID", TServerEvent::getNewCallUuid),
            new Attribute("PartyUUID", TServerEvent::getPartyUuid),
            new Attribute("ThisDN", TServerEvent::getThisDN),
            new Attribute("ThisDNRole", TServerEvent::getThisDNRole),
            new Attribute("ThisQueue", TServerEvent::getThisQueue),
            new Attribute("OtherDN", TServerEvent::getOtherDN),
            new Attribute("OtherDNRole", TServerEvent::getOtherDNRole),
            new Attribute("ThirdPartyDN", TServerEvent::getThirdPartyDN),
            new Attribute("ThirdPartyDNRole", TServerEvent::getThirdPartyDNRole),
            new Attribute("ThirdPartyQueue", TServerEvent::getThirdPartyQueue),
            new Attribute("ANI", TServerEvent::getANI),
            new Attribute("DNIS", TServerEvent::getDNIS),
            new Attribute("AgentID", TServerEvent::getAgentID),
            new Attribute("Place", TServerEvent::getPlace),
            new Attribute("Cause", TServerEvent::getCause),
            new Attribute("Reliability", TServerEvent::getReliability),
            new Attribute("UserData", TServerEvent::getUserData),
            new Attribute("Extensions", TServerEvent::getExtensions),
            new Attribute("Reasons", TServerEvent::getReasons),
            new Attribute("EventSequenceNumber", TServerEvent::getEventSequenceNumber),
            new Attribute("Time", TServerEvent::getTime));

    /** Of these the wire takes the name: numbers and names come from the vendor's documents, and for Cause both do. */
    private static final String BY_NAME = "Cause";

    /** CallType numbers (T-Library). The Platform SDK documents the names only; its own numbers are not relied on. */
    private static final Map<String, Integer> CALL_TYPES =
            Map.of("Unknown", 0, "Internal", 1, "Inbound", 2, "Outbound", 3, "Consult", 4);

    private final CallMonitoringGetters callMonitoring;
    private final KeyValueLists lists;
    private final TimeFraction fraction;
    private final Counters counters;

    EventReader(CallMonitoringGetters callMonitoring, KeyValueLists lists, TimeFraction fraction, Counters counters) {
        this.callMonitoring = callMonitoring;
        this.lists = lists;
        this.fraction = fraction;
        this.counters = counters;
    }

    /** The event with all attributes that are set; null when the message is no T-Server event. */
    TlibEvent read(Message message, String name) {
        if (!(message instanceof TServerEvent event)) {
            return null;
        }
        int id = message.messageId();
        Map<String, Object> attributes = new LinkedHashMap<>();
        for (Attribute attribute : ATTRIBUTES) {
            put(attributes, attribute.name(), value(attribute.name(), attribute.getter(), event));
        }
        callMonitoring.read(id, message).forEach((attribute, value) -> put(attributes, attribute, value));
        return new TlibEvent(id, name, attributes);
    }

    /** One value of a message about the server or a registration; null when it is absent. */
    <T> T control(Message message, String attribute, Function<TServerEvent, T> getter) {
        return message instanceof TServerEvent event ? value(attribute, getter, event) : null;
    }

    /** The message's time in microseconds since 1970; null when it has none. */
    Long time(Message message) {
        TimeStamp time = control(message, "Time", TServerEvent::getTime);
        return time == null || time.getTimeinSecs() == null ? null : time.getTimeinSecs() * 1_000_000L;
    }

    /** The server's role as the message gives it; null when it does not. */
    Role role(Message message) {
        Role role = null;
        if (message.messageId() != MessageId.SERVER_INFO) {
            role = role(control(message, "RegistrationCode", TServerEvent::getRegistrationCode));
        }
        return role == null ? role(control(message, "ServerRole", TServerEvent::getServerRole)) : role;
    }

    private static Role role(GEnum serverRole) {
        return serverRole == null ? null : Role.named(serverRole.name());
    }

    private <T> T value(String attribute, Function<TServerEvent, T> getter, TServerEvent event) {
        try {
            return getter.apply(event);
        } catch (RuntimeException | LinkageError e) {
            counters.add("attributes_unreadable", attribute);
            return null;
        }
    }

    private void put(Map<String, Object> attributes, String name, Object value) {
        try {
            convert(attributes, name, value);
        } catch (RuntimeException | LinkageError e) {
            counters.add("attributes_unreadable", name);
        }
    }

    private void convert(Map<String, Object> attributes, String name, Object value) {
        if (value instanceof String || value instanceof Integer || value instanceof Long) {
            attributes.put(name, value);
        } else if (value instanceof ConnectionId connection) {
            attributes.put(name, String.format("%016x", connection.toLong()));
        } else if (value instanceof KeyValueCollection list) {
            attributes.put(name, lists.pairs(list));
        } else if (value instanceof TimeStamp time) {
            attributes.put("TimeinSecs", time.getTimeinSecs());
            attributes.put("TimeinuSecs", fraction.micros(time.getTimeinuSecs()));
            attributes.values().removeIf(each -> each == null);
        } else if (value instanceof GEnum enumeration) {
            convertEnum(attributes, name, enumeration);
        } else if (value instanceof byte[] bytes) {
            attributes.put(name, name.equals("ISLinkList") ? lists.isLinkList(bytes) : bytes);
        } else if (value != null) {
            counters.add("attributes_unreadable", name);
        }
    }

    private static void convertEnum(Map<String, Object> attributes, String name, GEnum enumeration) {
        if (name.equals(BY_NAME)) {
            attributes.put(name, enumeration.name());
            attributes.put(name + "Number", enumeration.ordinal());
            return;
        }
        Integer number = name.endsWith("CallType") ? CALL_TYPES.get(enumeration.name()) : null;
        attributes.put(name, number == null ? Integer.valueOf(enumeration.ordinal()) : number);
        attributes.put(name + "Name", enumeration.name());
    }
}
