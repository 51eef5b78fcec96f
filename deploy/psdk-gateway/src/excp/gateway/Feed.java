package excp.gateway;

import java.util.Map;

/** The three clients of a SIP Server: what each is sent, by message id (Platform SDK API reference, constants ID). */
enum Feed {
    VQ("virtual_queue", Map.of(57, "EventQueued", 58, "EventDiverted", 59, "EventAbandoned")),
    AGENT(
            "extension",
            Map.of(53, "EventRegistered", 73, "EventAgentLogin", 74, "EventAgentLogout", 96, "EventUserEvent")),
    CALL(
            null,
            Map.of(
                    160, "EventCallCreated",
                    161, "EventCallDataChanged",
                    162, "EventCallDeleted",
                    163, "EventCallPartyAdded",
                    164, "EventCallPartyState",
                    165, "EventCallPartyMoved",
                    166, "EventCallPartyDeleted"));

    /** The protocol's name for the DNs of this feed; null when it has none. */
    final String dnType;

    /** Names of the events a client of the feed is sent, by message id. */
    final Map<Integer, String> events;

    Feed(String dnType, Map<Integer, String> events) {
        this.dnType = dnType;
        this.events = events;
    }

    boolean hasDns() {
        return dnType != null;
    }
}
