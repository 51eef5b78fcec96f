package excp.gateway;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;

/**
 * The DNs of a feed at the SIP Server. So many registrations are on their way at a time; answers are matched by the
 * request's ReferenceID, else by the DN. A DN nobody wants any more stays registered for a while: clients come back.
 *
 * <p>Used by the feed's thread only; times are of {@link Time#now()}.
 */
final class Registrations {
    /** The SIP Server, for this purpose. */
    interface Server {
        /** Ask for a registration; the request's ReferenceID, or null when it is not known. */
        Integer register(String dn, String addressType) throws Exception;

        void unregister(String dn) throws Exception;
    }

    /** Is told how it went. */
    interface Outcome {
        void registered(String dn);

        void refused(String dn, Integer code, String message);
    }

    private enum State {
        TO_ASK,
        ASKED,
        REGISTERED,
        REFUSED
    }

    private static final class Entry {
        final String dn;
        State state = State.TO_ASK;
        int type;
        long askedAt;
        Integer reference;
        /** It was registered on this link before: what goes wrong now is most likely "already registered". */
        boolean again;
        /** Since when nobody wants it; null while somebody does. */
        Long unwantedSince;

        Entry(String dn) {
            this.dn = dn;
        }
    }

    private final List<String> addressTypes;
    private final Settings settings;
    private final Server server;
    private final Outcome outcome;
    private final Counters counters;
    private final Map<String, Entry> entries = new LinkedHashMap<>();
    private final Map<Integer, Entry> byReference = new HashMap<>();
    private final Queue<Entry> toAsk = new ArrayDeque<>();
    private int asked;
    private boolean up;
    private boolean toldOfRepeated;

    Registrations(
            List<String> addressTypes, Settings settings, Server server, Outcome outcome, Counters counters) {
        this.addressTypes = addressTypes;
        this.settings = settings;
        this.server = server;
        this.outcome = outcome;
        this.counters = counters;
    }

    /** A client wants it. True when it is registered already; else the outcome is told when it is known. */
    boolean want(String dn, long now) {
        Entry entry = entries.get(dn);
        if (entry == null) {
            entry = new Entry(dn);
            entries.put(dn, entry);
            toAsk.add(entry);
        } else if (entry.state == State.REFUSED) {
            entry.state = State.TO_ASK;
            entry.type = 0;
            toAsk.add(entry);
        }
        entry.unwantedSince = null;
        ask(now);
        return entry.state == State.REGISTERED;
    }

    /** No client wants it any more. */
    void release(String dn, long now) {
        Entry entry = entries.get(dn);
        if (entry != null) {
            entry.unwantedSince = now;
        }
    }

    /** The link is up, or what stands behind it changed: register everything again. */
    void restart(boolean sameLink, long now) {
        up = true;
        toldOfRepeated = false;
        byReference.clear();
        toAsk.clear();
        asked = 0;
        for (Entry entry : entries.values()) {
            entry.again = sameLink && (entry.again || entry.state == State.REGISTERED);
            entry.state = State.TO_ASK;
            entry.type = sameLink ? entry.type : 0;
            toAsk.add(entry);
        }
        ask(now);
    }

    /** The link is down: nothing is registered any more. */
    void down() {
        up = false;
        asked = 0;
        byReference.clear();
        toAsk.clear();
        entries.values().removeIf(entry -> entry.unwantedSince != null);
        entries.values().forEach(entry -> entry.state = State.TO_ASK);
    }

    /** The answer EventRegistered. */
    void answered(Integer reference, String dn, long now) {
        Entry entry = find(reference, dn);
        if (entry == null || entry.state == State.REGISTERED) {
            return;
        }
        settle(entry, State.REGISTERED);
        outcome.registered(entry.dn);
        ask(now);
    }

    /** The answer EventError; false when it is not the answer to a registration. */
    boolean failed(Integer reference, String dn, Integer code, String message, long now) {
        Entry entry = find(reference, dn);
        if (entry == null || entry.state != State.ASKED) {
            return false;
        }
        if (entry.again) {
            counters.add("registrations", "error_when_repeated");
            tellOfRepeated(code, message);
            settle(entry, State.REGISTERED);
            outcome.registered(entry.dn);
        } else if (entry.type + 1 < addressTypes.size()) {
            settle(entry, State.TO_ASK);
            entry.type++;
            toAsk.add(entry);
        } else {
            refuse(entry, code, message, now);
        }
        ask(now);
        return true;
    }

    /** Let time pass. */
    void tick(long now) {
        List<Entry> late = new ArrayList<>();
        List<Entry> unwanted = new ArrayList<>();
        for (Entry entry : entries.values()) {
            if (entry.state == State.ASKED && now - entry.askedAt >= settings.registerTimeout()) {
                late.add(entry);
            } else if (entry.unwantedSince != null && now - entry.unwantedSince >= settings.keepRegistered()) {
                unwanted.add(entry);
            }
        }
        late.forEach(entry -> refuse(entry, null, "no answer from the SIP Server", now));
        unwanted.stream().limit(settings.registerWindow()).forEach(this::forget);
        ask(now);
    }

    private Entry find(Integer reference, String dn) {
        Entry entry = reference == null ? null : byReference.get(reference);
        return entry == null && dn != null ? entries.get(dn) : entry;
    }

    private void ask(long now) {
        while (up && asked < settings.registerWindow() && !toAsk.isEmpty()) {
            Entry entry = toAsk.remove();
            if (entry.state != State.TO_ASK || entries.get(entry.dn) != entry) {
                continue;
            }
            try {
                entry.reference = server.register(entry.dn, addressTypes.get(entry.type));
            } catch (Exception e) {
                // the channel has gone: what comes next is that it is told to be closed, or up again
                toAsk.add(entry);
                Log.debug("registration not sent", "dn", entry.dn, "reason", Log.reason(e));
                return;
            }
            entry.state = State.ASKED;
            entry.askedAt = now;
            asked++;
            if (entry.reference != null) {
                byReference.put(entry.reference, entry);
            }
        }
    }

    private void settle(Entry entry, State state) {
        if (entry.state == State.ASKED) {
            asked--;
            byReference.remove(entry.reference);
        }
        entry.state = state;
    }

    private void tellOfRepeated(Integer code, String message) {
        if (!toldOfRepeated) {
            toldOfRepeated = true;
            Log.warning("a repeated registration is answered with an error, which is taken for: already registered",
                    "code", code, "reason", message);
        }
    }

    /** Nobody has it now; who wants it asks again. */
    private void refuse(Entry entry, Integer code, String message, long now) {
        counters.add("registrations", "refused");
        settle(entry, State.REFUSED);
        entry.unwantedSince = now;
        outcome.refused(entry.dn, code, message);
    }

    private void forget(Entry entry) {
        entries.remove(entry.dn);
        if (entry.state != State.REGISTERED) {
            settle(entry, State.REFUSED);
            return;
        }
        try {
            server.unregister(entry.dn);
        } catch (Exception e) {
            Log.debug("not unregistered", "dn", entry.dn, "reason", Log.reason(e));
        }
    }
}
