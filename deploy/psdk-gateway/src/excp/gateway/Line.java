package excp.gateway;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The frames a gateway sends, as lines of the protocol (gateway-protocol.md). */
final class Line {
    static final int PROTOCOL = 1;
    /** Longest line, in bytes with its line feed. */
    static final int MAX_LINE = 1 << 20;

    private Line() {}

    static byte[] hello(String server, Role role, String session, String software, double heartbeat) {
        return frame(
                "hello",
                "protocol",
                PROTOCOL,
                "server",
                server,
                "role",
                role.wire(),
                "session",
                session,
                "software",
                software,
                "heartbeat",
                heartbeat);
    }

    static byte[] subscribed(Feed feed) {
        return frame("subscribed", "feed", feed.name());
    }

    static byte[] registered(String dn) {
        return frame("registered", "dn", dn);
    }

    static byte[] refused(String dn, Integer code, String message) {
        return frame("registered", "dn", dn, "ok", false, "code", code, "message", message);
    }

    static byte[] unregistered(String dn) {
        return frame("unregistered", "dn", dn);
    }

    static byte[] role(Role role) {
        return frame("role", "role", role.wire());
    }

    static byte[] snapshotBegin() {
        return frame("snapshot_begin");
    }

    static byte[] snapshotEnd(boolean complete, int calls) {
        return frame("snapshot_end", "complete", complete, "calls", calls);
    }

    static byte[] heartbeat() {
        return frame("heartbeat");
    }

    static byte[] error(String code, String message) {
        return frame("error", "code", code, "message", message);
    }

    static byte[] bye(String reason) {
        return frame("bye", "reason", reason);
    }

    /**
     * The event's line. An event too long for a line loses its largest attributes, which are named in `cut`: what
     * the product reads of an event is small.
     */
    static byte[] event(TlibEvent event, List<String> cut) {
        Map<String, Object> attributes = event.attributes();
        byte[] line = frame("event", "name", event.name(), "attributes", attributes);
        while (line.length > MAX_LINE) {
            attributes = new LinkedHashMap<>(attributes);
            String largest = largest(attributes);
            attributes.remove(largest);
            cut.add(largest);
            line = frame("event", "name", event.name(), "attributes", attributes);
        }
        return line;
    }

    private static String largest(Map<String, Object> attributes) {
        String largest = null;
        int size = -1;
        for (Map.Entry<String, Object> each : attributes.entrySet()) {
            int length = JsonWriter.write(each.getValue()).length();
            if (length > size) {
                size = length;
                largest = each.getKey();
            }
        }
        return largest;
    }

    private static byte[] frame(String kind, Object... fields) {
        Map<String, Object> frame = new LinkedHashMap<>();
        frame.put("frame", kind);
        for (int at = 0; at < fields.length; at += 2) {
            if (fields[at + 1] != null) {
                frame.put((String) fields[at], fields[at + 1]);
            }
        }
        return (JsonWriter.write(frame) + "\n").getBytes(StandardCharsets.UTF_8);
    }
}
