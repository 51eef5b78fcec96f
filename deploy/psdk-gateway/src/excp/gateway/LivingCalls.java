package excp.gateway;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The calls that live on the server, as far as this link was told of them, for the snapshots of clients that come
 * later: each call as it is now with the time of its creation, its parties as they are now with the time of their last
 * change. Used by the feed's thread only.
 */
final class LivingCalls {
    /** More calls than any SIP Server has at a time; what goes beyond is not kept, and no snapshot is complete then. */
    static final int MOST = 100_000;

    private static final Set<String> OWN_TIME = Set.of("TimeinSecs", "TimeinuSecs");
    private static final List<String> OF_A_PARTY_EVENT =
            List.of("CallUUID", "ConnID", "CallType", "CallTypeName", "TimeinSecs", "TimeinuSecs");

    private static final class Call {
        final Map<String, Object> created;
        final Map<String, Map<String, Object>> parties = new LinkedHashMap<>();

        Call(Map<String, Object> created) {
            this.created = created;
        }
    }

    private final Map<String, Call> calls = new LinkedHashMap<>();
    private boolean full;

    /** Forget everything; the CallUUIDs of what was known. */
    Set<String> forget() {
        Set<String> known = new HashSet<>(calls.keySet());
        calls.clear();
        full = false;
        return known;
    }

    int size() {
        return calls.size();
    }

    /** True when a call could not be kept. */
    boolean full() {
        return full;
    }

    void follow(TlibEvent event) {
        String uuid = event.text("CallUUID");
        String party = event.text("PartyUUID");
        if (uuid == null) {
            return;
        }
        switch (event.id()) {
            case MessageId.CALL_CREATED, MessageId.CALL_DATA_CHANGED -> change(uuid, event.attributes());
            case MessageId.CALL_DELETED -> calls.remove(uuid);
            case MessageId.CALL_PARTY_ADDED, MessageId.CALL_PARTY_STATE -> {
                if (party != null) {
                    changeParty(uuid, party, event.attributes());
                }
            }
            case MessageId.CALL_PARTY_MOVED -> {
                if (party != null) {
                    moveParty(uuid, party, event);
                }
            }
            case MessageId.CALL_PARTY_DELETED -> {
                if (calls.get(uuid) != null && party != null) {
                    calls.get(uuid).parties.remove(party);
                }
            }
            default -> { }
        }
    }

    /** The living calls as a server re-reports them: EventCallCreated, then EventCallPartyAdded for each party. */
    List<TlibEvent> reports() {
        List<TlibEvent> reports = new ArrayList<>();
        for (Call call : calls.values()) {
            reports.add(new TlibEvent(MessageId.CALL_CREATED, "EventCallCreated", call.created));
            for (Map<String, Object> party : call.parties.values()) {
                reports.add(new TlibEvent(MessageId.CALL_PARTY_ADDED, "EventCallPartyAdded", party));
            }
        }
        return reports;
    }

    private void change(String uuid, Map<String, Object> attributes) {
        Call call = calls.get(uuid);
        if (call == null) {
            begin(uuid, attributes);
            return;
        }
        attributes.forEach((name, value) -> {
            if (name.equals("UserData")) {
                call.created.merge(name, value, LivingCalls::merged);
            } else if (!OWN_TIME.contains(name)) {
                call.created.put(name, value);
            }
        });
    }

    private void changeParty(String uuid, String party, Map<String, Object> attributes) {
        Call call = callOf(uuid, attributes);
        if (call != null) {
            call.parties.computeIfAbsent(party, key -> new LinkedHashMap<>()).putAll(attributes);
        }
    }

    private void moveParty(String uuid, String party, TlibEvent event) {
        Map<String, Object> now = new LinkedHashMap<>();
        Call from = calls.get(uuid);
        if (from != null && from.parties.containsKey(party)) {
            now.putAll(from.parties.remove(party));
        }
        now.putAll(event.attributes());
        now.remove("NewCallUUID");
        String target = event.text("NewCallUUID") == null ? uuid : event.text("NewCallUUID");
        now.put("CallUUID", target);
        changeParty(target, party, now);
    }

    /** The call; one first heard of at one of its parties begins there. */
    private Call callOf(String uuid, Map<String, Object> attributes) {
        Call call = calls.get(uuid);
        if (call != null) {
            return call;
        }
        Map<String, Object> created = new LinkedHashMap<>();
        for (String name : OF_A_PARTY_EVENT) {
            if (attributes.containsKey(name)) {
                created.put(name, attributes.get(name));
            }
        }
        return begin(uuid, created);
    }

    private Call begin(String uuid, Map<String, Object> attributes) {
        if (calls.size() >= MOST) {
            full = true;
            return null;
        }
        Call call = new Call(new LinkedHashMap<>(attributes));
        calls.put(uuid, call);
        return call;
    }

    /** User data after a change: the pairs of the changed keys are replaced, the others stay. */
    private static Object merged(Object old, Object changed) {
        if (!(old instanceof List<?> before) || !(changed instanceof List<?> now)) {
            return changed;
        }
        Set<String> keys = new HashSet<>();
        now.forEach(each -> keys.add(((Pair) each).key()));
        List<Object> all = new ArrayList<>();
        before.stream().filter(each -> !keys.contains(((Pair) each).key())).forEach(all::add);
        all.addAll(now);
        return all;
    }
}
