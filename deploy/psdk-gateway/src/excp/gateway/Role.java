package excp.gateway;

/** What is known of the server behind a link. Clients are told UNKNOWN as backup: one that is silent so far. */
enum Role {
    UNKNOWN,
    PRIMARY,
    BACKUP;

    String wire() {
        return this == PRIMARY ? "primary" : "backup";
    }

    /** The role by the name the Platform SDK gives it (ServerRole); null for none or another one. */
    static Role named(String name) {
        if ("Primary".equals(name)) {
            return PRIMARY;
        }
        return "Backup".equals(name) ? BACKUP : null;
    }
}
