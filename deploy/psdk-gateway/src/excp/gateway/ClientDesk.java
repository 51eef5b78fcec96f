package excp.gateway;

import excp.gateway.Subscribers.Subscriber;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Takes what the clients of a feed ask for. */
final class ClientDesk implements Registrations.Outcome {
    /** A subscription that waits for the SIP Server. */
    private record Waiting(List<ClientFrame.Dn> dns, long until) {}

    private final FeedState state;
    private final Subscription subscription;
    private final Map<Client, Waiting> waiting = new LinkedHashMap<>();
    private Registrations registrations;
    private boolean up;

    ClientDesk(FeedState state, Subscription subscription) {
        this.state = state;
        this.subscription = subscription;
    }

    /** Once, before anything else: the registrations tell their outcome to this desk. */
    void registersWith(Registrations registrations) {
        this.registrations = registrations;
    }

    void take(Item item, long now) {
        if (item instanceof Item.Subscribe subscribe) {
            subscribe(subscribe, now);
        } else if (item instanceof Item.Register register) {
            Waiting held = waiting.get(register.client());
            if (held != null) {
                held.dns().addAll(register.dns());
            } else {
                register(register.client(), register.dns(), false, now);
            }
        } else if (item instanceof Item.Unregister unregister) {
            unregister(unregister, now);
        } else if (item instanceof Item.AskSnapshot ask) {
            Subscriber subscriber = state.subscribers.get(ask.client());
            if (subscriber != null) {
                snapshot(subscriber);
            }
        } else if (item instanceof Item.Gone left) {
            waiting.remove(left.client());
            state.subscribers.remove(left.client()).forEach(dn -> registrations.release(dn, now));
        }
    }

    /** The link is up: who waited is served. */
    void linkUp(long now) {
        up = true;
        List<Map.Entry<Client, Waiting>> ready = new ArrayList<>(waiting.entrySet());
        waiting.clear();
        ready.forEach(each -> start(each.getKey(), each.getValue().dns(), now));
    }

    void linkDown(byte[] lastWord) {
        up = false;
        state.subscribers.end(lastWord);
    }

    void stop(byte[] lastWord) {
        state.subscribers.end(lastWord);
        waiting.keySet().forEach(client -> client.end(lastWord));
    }

    /** Let time pass: who has waited too long is told so. */
    void tick(long now) {
        waiting.entrySet().removeIf(each -> {
            boolean late = now >= each.getValue().until();
            if (late) {
                each.getKey().end(Line.error("link_lost", "no connection to the SIP Server"));
            }
            return late;
        });
    }

    @Override
    public void registered(String dn) {
        for (Subscriber subscriber : state.subscribers.of(dn)) {
            subscriber.client.send(Line.registered(dn));
            subscriber.unanswered.remove(dn);
            state.endSnapshot(subscriber);
        }
    }

    @Override
    public void refused(String dn, Integer code, String message) {
        Log.warning("DN not registered", "feed", state.feed, "dn", dn, "code", code, "reason", message);
        for (Subscriber subscriber : state.subscribers.of(dn)) {
            subscriber.client.send(Line.refused(dn, code, message));
            state.subscribers.release(subscriber, dn);
            state.endSnapshot(subscriber);
        }
    }

    private void subscribe(Item.Subscribe subscribe, long now) {
        Client client = subscribe.client();
        if (subscription.refusal() != null) {
            client.refuse("bad_feed", subscription.refusal());
        } else if (up) {
            start(client, subscribe.dns(), now);
        } else {
            // told as a backup now: the role frame that follows is then the client's sign of a gap
            client.tellRole(Role.BACKUP);
            waiting.put(client, new Waiting(new ArrayList<>(subscribe.dns()), now + state.settings.linkWait()));
        }
    }

    private void start(Client client, List<ClientFrame.Dn> dns, long now) {
        Subscriber subscriber = state.subscribers.add(client);
        client.send(Line.subscribed(state.feed));
        client.tellRole(state.server.role());
        subscriber.beginSnapshot();
        register(client, dns, true, now);
        if (state.feed == Feed.CALL) {
            snapshot(subscriber);
        } else {
            state.endSnapshot(subscriber);
        }
    }

    private void register(Client client, List<ClientFrame.Dn> dns, boolean ofSnapshot, long now) {
        Subscriber subscriber = state.subscribers.get(client);
        if (subscriber == null) {
            return;
        }
        for (ClientFrame.Dn dn : dns) {
            if (!dn.type().equals(state.feed.dnType)) {
                client.send(Line.refused(dn.dn(), null, "no DN of the feed " + state.feed));
                continue;
            }
            state.subscribers.want(subscriber, dn.dn());
            if (registrations.want(dn.dn(), now)) {
                client.send(Line.registered(dn.dn()));
                sendLogin(subscriber, dn.dn());
            } else if (ofSnapshot) {
                subscriber.unanswered.add(dn.dn());
            }
        }
    }

    private void unregister(Item.Unregister unregister, long now) {
        Subscriber subscriber = state.subscribers.get(unregister.client());
        Waiting held = waiting.get(unregister.client());
        for (String dn : unregister.dns()) {
            if (held != null) {
                held.dns().removeIf(each -> each.dn().equals(dn));
            }
            if (subscriber != null && state.subscribers.release(subscriber, dn)) {
                registrations.release(dn, now);
            }
            unregister.client().send(Line.unregistered(dn));
        }
        if (subscriber != null) {
            state.endSnapshot(subscriber);
        }
    }

    /** Report to one client what is known. While the server itself reports, the snapshot ends with that. */
    private void snapshot(Subscriber subscriber) {
        subscriber.beginSnapshot();
        for (TlibEvent event : state.calls.reports()) {
            subscriber.client.send(state.line(event));
        }
        subscriber.dns.forEach(dn -> sendLogin(subscriber, dn));
        state.endSnapshot(subscriber);
    }

    private void sendLogin(Subscriber subscriber, String dn) {
        TlibEvent login = state.logins.get(dn);
        if (login != null) {
            subscriber.client.send(state.line(login));
        }
    }
}
