package excp.gateway;

import java.util.Map;

/** Message ids of the answers and of what a SIP Server says of itself (Platform SDK API reference, constants ID). */
final class MessageId {
    static final int ERROR = 52;
    static final int REGISTERED = 53;
    static final int UNREGISTERED = 54;
    static final int SERVER_INFO = 93;
    static final int LINK_DISCONNECTED = 94;
    static final int LINK_CONNECTED = 95;
    static final int RESTORE_CONNECTION = 132;
    static final int PRIMARY_CHANGED = 133;
    static final int ACK = 138;
    static final int DN_OUT_OF_SERVICE = 147;
    static final int DN_BACK_IN_SERVICE = 148;
    /** Heart-beat noise of the T-Library, without meaning for a client. */
    static final int RESERVED_2 = 154;

    static final int USER_EVENT = 96;
    static final int AGENT_LOGIN = 73;
    static final int AGENT_LOGOUT = 74;
    static final int CALL_CREATED = 160;
    static final int CALL_DATA_CHANGED = 161;
    static final int CALL_DELETED = 162;
    static final int CALL_PARTY_ADDED = 163;
    static final int CALL_PARTY_STATE = 164;
    static final int CALL_PARTY_MOVED = 165;
    static final int CALL_PARTY_DELETED = 166;

    /** Sent whatever the feed: whether answers pass an input mask that lacks them is not documented. */
    static final Map<Integer, String> OF_EVERY_FEED = Map.ofEntries(
            Map.entry(ERROR, "EventError"),
            Map.entry(REGISTERED, "EventRegistered"),
            Map.entry(UNREGISTERED, "EventUnregistered"),
            Map.entry(SERVER_INFO, "EventServerInfo"),
            Map.entry(LINK_DISCONNECTED, "EventLinkDisconnected"),
            Map.entry(LINK_CONNECTED, "EventLinkConnected"),
            Map.entry(RESTORE_CONNECTION, "EventRestoreConnection"),
            Map.entry(PRIMARY_CHANGED, "EventPrimaryChanged"),
            Map.entry(ACK, "EventACK"),
            Map.entry(DN_OUT_OF_SERVICE, "EventDNOutOfService"),
            Map.entry(DN_BACK_IN_SERVICE, "EventDNBackInService"));

    private MessageId() {}
}
