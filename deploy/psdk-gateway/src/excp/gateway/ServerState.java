package excp.gateway;

/**
 * What is known of the server behind a link: its role, and whether there may be a gap in what it sends.
 *
 * <p>A T-Server channel of the Platform SDK knows both servers of a pair by itself and moves between them without
 * closing; what is seen of that are these messages. Which of the two halves a message comes from is not documented, so
 * a message that says "backup" is believed only while nothing speaks against it: events come from a primary.
 */
final class ServerState {
    /** What a message means for who reads the events. */
    enum Change {
        /** Nothing. */
        NONE,
        /** The message leaves it open: ask the server for its role. */
        ASK,
        /** The server is there, but silent. */
        SILENT,
        /** Events may be missing before the next one: subscribe again, report the calls again. */
        GAP
    }

    /** A link message so soon after the channel was opened is its own (ms). */
    private static final int HANDSHAKE = 2000;
    /** A server that does not tell its role for so long is taken for a primary (ms). */
    private static final int ROLE_WITHIN = 5000;

    private final Feed feed;
    private volatile Role role = Role.UNKNOWN;
    private volatile String session = "";
    private boolean up;
    private boolean eventsSeen;
    private long upAt;

    ServerState(Feed feed) {
        this.feed = feed;
    }

    /** Any thread. */
    Role role() {
        return role;
    }

    /** Any thread. */
    String session() {
        return session;
    }

    void session(String session) {
        this.session = session;
    }

    void up(long now) {
        up = true;
        upAt = now;
    }

    void down() {
        up = false;
        eventsSeen = false;
        role = Role.UNKNOWN;
    }

    /** A link event, EventPrimaryChanged or EventRestoreConnection; `told`: the role in it, or null. */
    Change message(int id, Role told, long now) {
        if (!up) {
            // of the handshake: told before the channel counts as opened
            role = id == MessageId.LINK_CONNECTED && told != null ? told : role;
            return Change.NONE;
        }
        return switch (id) {
            case MessageId.PRIMARY_CHANGED -> primaryAgain();
            case MessageId.LINK_CONNECTED -> linkConnected(told, now);
            case MessageId.LINK_DISCONNECTED -> linkDisconnected(told);
            default -> Change.ASK;
        };
    }

    /** EventServerInfo: the answer to our question for the role, null when it does not tell. */
    Change info(Role told) {
        if (told == null || told == role || told == Role.BACKUP && eventsSeen) {
            return Change.NONE;
        }
        if (role == Role.BACKUP) {
            return primaryAgain();
        }
        role = told;
        return told == Role.BACKUP ? Change.SILENT : Change.NONE;
    }

    /** An event of the feed came. */
    Change event() {
        Role before = role;
        eventsSeen = true;
        role = Role.PRIMARY;
        return before == Role.BACKUP ? Change.GAP : Change.NONE;
    }

    /** Let time pass; true when the role was settled by that. */
    boolean tick(long now) {
        if (role != Role.UNKNOWN || now - upAt < ROLE_WITHIN) {
            return false;
        }
        Log.warning("the SIP Server does not tell its role: taken for a primary", "feed", feed);
        role = Role.PRIMARY;
        return true;
    }

    private Change linkConnected(Role told, long now) {
        if (role == Role.UNKNOWN) {
            role = told == null ? Role.UNKNOWN : told;
            return Change.NONE;
        }
        if (told == Role.BACKUP || told == null && role == Role.BACKUP) {
            return role == Role.PRIMARY ? askAnew() : Change.ASK;
        }
        return role == Role.PRIMARY && now - upAt < HANDSHAKE ? Change.NONE : primaryAgain();
    }

    private Change linkDisconnected(Role told) {
        if (told == Role.BACKUP && role == Role.PRIMARY) {
            return askAnew();
        }
        eventsSeen = false;
        role = Role.BACKUP;
        return Change.SILENT;
    }

    private Change askAnew() {
        eventsSeen = false;
        return Change.ASK;
    }

    private Change primaryAgain() {
        role = Role.PRIMARY;
        eventsSeen = false;
        return Change.GAP;
    }
}
