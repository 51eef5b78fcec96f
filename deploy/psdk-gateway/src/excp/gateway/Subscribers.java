package excp.gateway;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** The clients that have subscribed to a feed, and the DNs each wants. Used by the feed's thread only. */
final class Subscribers {
    /** A client with its subscription. */
    static final class Subscriber {
        final Client client;
        final Set<String> dns = new HashSet<>();
        /** DNs of the subscription whose registration is not answered yet: its snapshot ends after them. */
        final Set<String> unanswered = new HashSet<>();
        boolean snapshotOpen;

        private Subscriber(Client client) {
            this.client = client;
        }

        void beginSnapshot() {
            if (!snapshotOpen) {
                snapshotOpen = true;
                client.send(Line.snapshotBegin());
            }
        }

        void endSnapshot(boolean complete, int calls) {
            if (snapshotOpen) {
                snapshotOpen = false;
                client.send(Line.snapshotEnd(complete, calls));
            }
        }
    }

    private final Map<Client, Subscriber> subscribers = new LinkedHashMap<>();
    private final Map<String, Set<Subscriber>> byDn = new HashMap<>();

    Subscriber add(Client client) {
        return subscribers.computeIfAbsent(client, Subscriber::new);
    }

    Subscriber get(Client client) {
        return subscribers.get(client);
    }

    int size() {
        return subscribers.size();
    }

    void each(Consumer<Subscriber> action) {
        new ArrayList<>(subscribers.values()).forEach(action);
    }

    /** The client is gone; the DNs that nobody wants any more. */
    List<String> remove(Client client) {
        List<String> unwanted = new ArrayList<>();
        Subscriber subscriber = subscribers.remove(client);
        if (subscriber != null) {
            for (String dn : List.copyOf(subscriber.dns)) {
                if (release(subscriber, dn)) {
                    unwanted.add(dn);
                }
            }
        }
        return unwanted;
    }

    void want(Subscriber subscriber, String dn) {
        subscriber.dns.add(dn);
        byDn.computeIfAbsent(dn, key -> new HashSet<>()).add(subscriber);
    }

    /** The client does not want the DN any more; true when nobody does. */
    boolean release(Subscriber subscriber, String dn) {
        subscriber.dns.remove(dn);
        subscriber.unanswered.remove(dn);
        Set<Subscriber> others = byDn.get(dn);
        if (others == null || !others.remove(subscriber) || !others.isEmpty()) {
            return false;
        }
        byDn.remove(dn);
        return true;
    }

    /** Who wants the DN. */
    List<Subscriber> of(String dn) {
        return List.copyOf(byDn.getOrDefault(dn, Set.of()));
    }

    /** End all connections with this last word. */
    void end(byte[] lastWord) {
        each(subscriber -> subscriber.client.end(lastWord));
    }
}
