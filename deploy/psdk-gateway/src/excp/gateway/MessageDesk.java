package excp.gateway;

import com.genesyslab.platform.commons.protocol.Message;
import com.genesyslab.platform.voice.protocol.tserver.TServerEvent;
import excp.gateway.ServerState.Change;
import excp.gateway.Subscribers.Subscriber;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Takes what the SIP Server says: events go to the clients, answers and news of the server are followed. */
final class MessageDesk {
    private static final List<String> OF_A_LOGIN = List.of("ThisDN", "AgentID", "TimeinSecs", "TimeinuSecs");

    private final FeedState state;
    private final EventReader reader;
    private final Registrations registrations;
    private final Subscription subscription;

    MessageDesk(FeedState state, EventReader reader, Registrations registrations, Subscription subscription) {
        this.state = state;
        this.reader = reader;
        this.registrations = registrations;
        this.subscription = subscription;
    }

    void take(Message message, long now) {
        int id = message.messageId();
        if (id == MessageId.REGISTERED) {
            registrations.answered(message.getReferenceID(), thisDn(message), now);
        }
        String name = state.feed.events.get(id);
        if (name != null) {
            event(message, name, now);
        } else {
            control(message, id, now);
        }
    }

    private void event(Message message, String name, long now) {
        TlibEvent event = reader.read(message, name);
        if (event == null) {
            state.counters.add("messages_unreadable", name);
            return;
        }
        if (!belongs(event)) {
            if (event.id() != MessageId.REGISTERED) {
                state.counters.add("events_not_of_the_feed", name);
            }
            return;
        }
        if (event.id() != MessageId.REGISTERED) {
            Role before = state.server.role();
            act(state.server.event(), now);
            if (before != Role.PRIMARY) {
                Log.info("events come: the server is a primary", "feed", state.feed);
            }
        }
        if (state.feed == Feed.CALL) {
            state.report.follow(event, now);
            state.calls.follow(event);
        } else if (state.feed == Feed.AGENT) {
            followLogin(event);
        }
        deliver(event);
    }

    /** An EventUserEvent may be any application's, and an EventRegistered only says something with an agent in it. */
    private static boolean belongs(TlibEvent event) {
        if (event.id() == MessageId.REGISTERED) {
            return event.text("AgentID") != null && !event.text("AgentID").isEmpty();
        }
        if (event.id() != MessageId.USER_EVENT) {
            return true;
        }
        return event.attributes().get("Extensions") instanceof List<?> extensions
                && extensions.stream().anyMatch(each -> ((Pair) each).key().equals("LCTPartiesLength"));
    }

    private void followLogin(TlibEvent event) {
        String dn = event.text("ThisDN");
        if (dn == null) {
            return;
        }
        if (event.id() == MessageId.AGENT_LOGOUT) {
            state.logins.remove(dn);
        } else if (event.id() != MessageId.USER_EVENT && event.text("AgentID") != null) {
            Map<String, Object> known = new TreeMap<>(event.attributes());
            known.keySet().retainAll(OF_A_LOGIN);
            state.logins.put(dn, new TlibEvent(MessageId.REGISTERED, "EventRegistered", known));
        }
    }

    private void deliver(TlibEvent event) {
        state.counters.add("events", event.name());
        if (state.feed == Feed.CALL) {
            if (state.subscribers.size() > 0) {
                byte[] line = state.line(event);
                state.subscribers.each(subscriber -> subscriber.client.send(line));
            }
            return;
        }
        List<Subscriber> wanting = state.subscribers.of(event.text("ThisDN"));
        if (wanting.isEmpty()) {
            state.counters.add("events_nobody_wants", event.name());
            return;
        }
        byte[] line = state.line(event);
        wanting.forEach(subscriber -> subscriber.client.send(line));
    }

    private void control(Message message, int id, long now) {
        switch (id) {
            case MessageId.LINK_CONNECTED, MessageId.LINK_DISCONNECTED, MessageId.PRIMARY_CHANGED,
                    MessageId.RESTORE_CONNECTION -> newsOfTheServer(message, id, now);
            case MessageId.SERVER_INFO -> serverInfo(message, now);
            case MessageId.ERROR -> failed(message, now);
            case MessageId.DN_OUT_OF_SERVICE, MessageId.DN_BACK_IN_SERVICE -> {
                state.counters.add("dn_service", MessageId.OF_EVERY_FEED.get(id));
                Log.info(id == MessageId.DN_OUT_OF_SERVICE ? "DN out of service" : "DN back in service",
                        "feed", state.feed, "dn", thisDn(message));
            }
            case MessageId.REGISTERED, MessageId.UNREGISTERED, MessageId.ACK, MessageId.RESERVED_2 -> { }
            default -> {
                if (state.counters.get("messages_unknown", id) == 0) {
                    Log.warning("messages of a kind that was not asked for, passed over", "feed", state.feed, "id", id);
                }
                state.counters.add("messages_unknown", id);
            }
        }
    }

    private void newsOfTheServer(Message message, int id, long now) {
        Change change = state.server.message(id, reader.role(message), now);
        noteSession(reader.control(message, "SessionID", TServerEvent::getSessionID));
        Log.info("SIP Server reports", "feed", state.feed, "message", MessageId.OF_EVERY_FEED.get(id),
                "role", state.server.role().wire(), "consequence", change.name().toLowerCase());
        act(change, now);
    }

    private void serverInfo(Message message, long now) {
        noteSession(reader.control(message, "ServerStartTime", TServerEvent::getServerStartTime));
        state.report.serverTime(reader.time(message));
        if (subscription.marks(message.getReferenceID())) {
            state.report.answered(now);
        }
        act(state.server.info(reader.role(message)), now);
    }

    private void noteSession(Object session) {
        if (session != null) {
            state.server.session(session.toString());
        }
    }

    private void act(Change change, long now) {
        if (change == Change.GAP) {
            // a client notes a gap by a role frame only when it says something new
            state.subscribers.each(subscriber -> subscriber.client.tellRole(Role.BACKUP));
            state.tellRole();
            state.beginReport(now);
            subscription.beginSoon(now);
            return;
        }
        state.tellRole();
        if (change == Change.ASK) {
            subscription.askRole();
        }
    }

    private void failed(Message message, long now) {
        Integer reference = message.getReferenceID();
        Integer code = reader.control(message, "ErrorCode", TServerEvent::getErrorCode);
        String text = reader.control(message, "ErrorMessage", TServerEvent::getErrorMessage);
        state.counters.add("server_errors", state.feed);
        if (registrations.failed(reference, thisDn(message), code, text, now)) {
            return;
        }
        if (subscription.failed(reference, code, text, now)) {
            state.subscribers.end(Line.error("bad_feed", subscription.refusal()));
        } else if (subscription.isMarker(reference)) {
            state.report.answered(now);
        } else {
            Log.warning("the SIP Server reports an error", "feed", state.feed, "code", code, "reason", text);
        }
    }

    private String thisDn(Message message) {
        return reader.control(message, "ThisDN", TServerEvent::getThisDN);
    }
}
