package excp.gateway;

import java.util.Map;

/**
 * An event of a SIP Server as plain values, by TLib attribute name.
 *
 * <p>Values: String, Integer, Long, byte[], or a List of {@link Pair} for a key-value list.
 */
record TlibEvent(int id, String name, Map<String, Object> attributes) {
    String text(String attribute) {
        return attributes.get(attribute) instanceof String text ? text : null;
    }

    /** The server's event time in microseconds since 1970; null when the event has none. */
    Long time() {
        if (!(attributes.get("TimeinSecs") instanceof Number seconds)) {
            return null;
        }
        long fraction = attributes.get("TimeinuSecs") instanceof Number number ? number.longValue() : 0;
        return seconds.longValue() * 1_000_000 + fraction;
    }
}
