package excp.gateway;

import com.genesyslab.platform.commons.protocol.Message;
import java.util.List;
import javax.net.ssl.SSLContext;

/**
 * One feed of the SIP Server pair: its T-Server link, its clients, and what stands between. A thread of its own takes
 * all that happens, in order, so that nothing of a feed is shared.
 */
final class FeedWorker implements Runnable {
    private static final int TICK = 50;
    /** A link that is down and of which the Platform SDK says nothing for so long is made anew (ms). */
    private static final int FORGOTTEN = 180_000;
    /** So many times the usual delay until a server that refused this client is tried again. */
    private static final int AFTER_REFUSAL = 5;

    final Feed feed;
    final Inbox inbox;

    private final SSLContext sipTls;
    private final FeedState state;
    private final Subscription subscription;
    private final Registrations registrations;
    private final MessageDesk messages;
    private final ClientDesk clients;

    private TServerLink link;
    private boolean up;
    private long tickedAt;
    private long openAgainAt = Long.MAX_VALUE;
    private boolean stopped;

    FeedWorker(Feed feed, Settings settings, SSLContext sipTls, EventReader reader, Counters counters) {
        this.feed = feed;
        this.sipTls = sipTls;
        inbox = new Inbox(settings.inbox());
        state = new FeedState(feed, settings, counters);
        subscription = new Subscription(feed, settings, this::send, counters);
        clients = new ClientDesk(state, subscription);
        List<String> types = feed.hasDns() ? settings.addressTypes().of(feed) : List.of();
        registrations = new Registrations(types, settings, new RegistrationRequests(), clients, counters);
        clients.registersWith(registrations);
        messages = new MessageDesk(state, reader, registrations, subscription);
    }

    /** The server's role, as far as this feed knows it. Any thread. */
    Role role() {
        return state.server.role();
    }

    /** What changes when the SIP Server is restarted; empty while unknown. Any thread. */
    String session() {
        return state.server.session();
    }

    @Override
    public void run() {
        try {
            openNewLink();
            while (!stopped) {
                Item item = inbox.next(TICK);
                long now = Time.now();
                if (item != null) {
                    take(item, now);
                }
                if (now - tickedAt >= TICK) {
                    tickedAt = now;
                    tick(now);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void take(Item item, long now) throws InterruptedException {
        if (item instanceof Item.Received received) {
            if (received.link() == link) {
                read(received.message(), now);
            }
        } else if (item instanceof Item.Up opened) {
            if (opened.link() == link && !up) {
                linkUp(opened.server(), now);
            }
        } else if (item instanceof Item.Down closed) {
            if (closed.link() == link && up) {
                linkDown("link_lost", "the connection to the SIP Server is lost: " + closed.reason());
            }
        } else if (item instanceof Item.Overflowed overflowed) {
            if (overflowed.link() == link) {
                Log.error("events dropped, as they came faster than they could be read", "feed", feed);
                beginAnew("overflow", "this gateway could not read the SIP Server's events fast enough", now);
            }
        } else if (item instanceof Item.GivenUp given) {
            openAgainAt = given.link() == link ? now + afterRefusal() : openAgainAt;
        } else if (item instanceof Item.Stop) {
            stop();
        } else {
            clients.take(item, now);
        }
    }

    private void openNewLink() {
        try {
            link = new TServerLink(feed, state.settings, sipTls, inbox, state.counters);
            link.open();
        } catch (Exception e) {
            link = null;
            openAgainAt = Time.now() + afterRefusal();
            Log.error("channel cannot be made", "feed", feed, "reason", Log.reason(e));
        }
    }

    private long afterRefusal() {
        return (long) AFTER_REFUSAL * state.settings.retryDelay();
    }

    private void linkUp(String address, long now) {
        up = true;
        openAgainAt = Long.MAX_VALUE;
        Log.info("SIP Server connected", "feed", feed, "server", address);
        state.server.up(now);
        state.beginReport(now);
        subscription.begin(now);
        registrations.restart(false, now);
        clients.linkUp(now);
    }

    private void linkDown(String code, String reason) {
        up = false;
        state.counters.add("links_lost", feed);
        Log.warning("SIP Server lost", "feed", feed, "reason", reason, "clients", state.subscribers.size());
        state.server.down();
        state.report.abort();
        state.logins.clear();
        subscription.down();
        registrations.down();
        clients.linkDown(Line.error(code, reason));
    }

    private void read(Message message, long now) {
        try {
            messages.take(message, now);
        } catch (RuntimeException | LinkageError e) {
            Log.error("a message could not be read", "feed", feed, "reason", Log.reason(e));
            beginAnew("link_lost", "a message of the SIP Server could not be read", now + afterRefusal());
        }
    }

    /** Events were lost: nothing may go on as if they had not been. The link is made anew and the clients resync. */
    private void beginAnew(String code, String reason, long at) {
        linkDown(code, reason);
        link.close();
        link = null;
        openAgainAt = at;
    }

    private void openAgain() {
        openAgainAt = Long.MAX_VALUE;
        state.counters.add("links_made_anew", feed);
        if (link != null) {
            link.close();
        }
        openNewLink();
    }

    private void stop() throws InterruptedException {
        stopped = true;
        clients.stop(Line.bye("the gateway stops"));
        if (link != null) {
            TServerLink.await(link.close());
        }
    }

    private void tick(long now) {
        if (!up) {
            clients.tick(now);
            if (now >= openAgainAt || link != null && now - link.heardAt() > FORGOTTEN) {
                openAgain();
            }
            return;
        }
        registrations.tick(now);
        if (subscription.tick(now) && feed.hasDns()) {
            state.subscribers.each(subscriber -> subscriber.unanswered.addAll(subscriber.dns));
            registrations.restart(true, now);
            state.subscribers.each(state::endSnapshot);
        }
        if (state.server.tick(now)) {
            state.tellRole();
        }
        if (state.report.tick(state.server.role(), !state.calls.full(), now)) {
            Log.info("calls reported", "calls", state.calls.size(), "re_reported", state.report.reported(),
                    "complete", state.report.complete());
            state.subscribers.each(state::endSnapshot);
        }
    }

    private Integer send(Message request) throws Exception {
        return link.send(request);
    }

    private final class RegistrationRequests implements Registrations.Server {
        @Override
        public Integer register(String dn, String addressType) throws Exception {
            return send(Requests.register(dn, addressType));
        }

        @Override
        public void unregister(String dn) throws Exception {
            state.logins.remove(dn);
            send(Requests.unregister(dn));
        }
    }
}
