package excp.gateway;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What a feed knows; held by its thread and by nobody else. */
final class FeedState {
    final Feed feed;
    final Settings settings;
    final Counters counters;
    final Subscribers subscribers = new Subscribers();
    final ServerState server;
    final CallReport report;
    final LivingCalls calls = new LivingCalls();
    /** Who is logged in where, as the EventRegistered of the DN: AGENT only. */
    final Map<String, TlibEvent> logins = new HashMap<>();

    FeedState(Feed feed, Settings settings, Counters counters) {
        this.feed = feed;
        this.settings = settings;
        this.counters = counters;
        this.server = new ServerState(feed);
        this.report = new CallReport(settings.snapshotComplete(), settings.snapshotQuiet());
    }

    /** Tell all clients the server's role, if it is news. */
    void tellRole() {
        Role role = server.role();
        subscribers.each(subscriber -> subscriber.client.tellRole(role));
    }

    /** What follows to all clients may be re-reports, until it is known to be over. */
    void beginReport(long now) {
        if (feed == Feed.CALL) {
            report.begin(calls.forget(), now);
        }
        subscribers.each(Subscribers.Subscriber::beginSnapshot);
    }

    /** End a client's snapshot unless something of it is still to come. */
    void endSnapshot(Subscribers.Subscriber subscriber) {
        if (feed == Feed.CALL) {
            if (!report.running()) {
                boolean complete = report.complete() && !calls.full() && server.role() == Role.PRIMARY;
                subscriber.endSnapshot(complete, calls.size());
            }
        } else if (subscriber.unanswered.isEmpty()) {
            // these feeds report no calls, so nothing can be concluded from one that is missing
            subscriber.endSnapshot(false, 0);
        }
    }

    /** The event's line for clients. */
    byte[] line(TlibEvent event) {
        List<String> cut = new ArrayList<>();
        byte[] line = Line.event(event, cut);
        if (!cut.isEmpty()) {
            counters.add("events_cut", event.name());
            Log.warning("event too long for a line, attributes left out", "tlib", event.name(),
                    "call", event.text("CallUUID"), "attributes", cut);
        }
        return line;
    }
}
