package excp.gateway;

import java.io.PrintStream;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The log, on standard error: one line an entry, as text or as JSON.
 *
 * <p>No caller's number, user data or other content of a call below DEBUG: entries hold names of events, CallUUIDs,
 * DNs that were registered, counts and reasons.
 */
final class Log {
    enum Level {
        DEBUG,
        INFO,
        WARNING,
        ERROR
    }

    private static volatile Level lowest = Level.INFO;
    private static volatile boolean json;
    private static final PrintStream OUT = System.err;

    private Log() {}

    static void setUp(Level level, boolean asJson) {
        lowest = level;
        json = asJson;
    }

    static boolean debugs() {
        return lowest == Level.DEBUG;
    }

    /** Values are key, value, key, value; an entry without a value is left out. */
    static void debug(String event, Object... values) {
        write(Level.DEBUG, event, values);
    }

    static void info(String event, Object... values) {
        write(Level.INFO, event, values);
    }

    static void warning(String event, Object... values) {
        write(Level.WARNING, event, values);
    }

    static void error(String event, Object... values) {
        write(Level.ERROR, event, values);
    }

    /** What a failure says of itself: its kind and its message, where the Platform SDK has names and addresses. */
    static String reason(Throwable failure) {
        if (failure == null) {
            return "no reason given";
        }
        String message = failure.getMessage();
        String kind = failure.getClass().getSimpleName();
        return message == null ? kind : kind + ": " + message;
    }

    private static void write(Level level, String event, Object... values) {
        if (level.compareTo(lowest) < 0) {
            return;
        }
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("timestamp", Instant.now().truncatedTo(ChronoUnit.MILLIS).toString());
        entry.put("level", level.name().toLowerCase());
        entry.put("event", event);
        for (int at = 0; at + 1 < values.length; at += 2) {
            if (values[at + 1] != null) {
                entry.put((String) values[at], plain(values[at + 1]));
            }
        }
        OUT.println(json ? JsonWriter.write(entry) : text(entry));
    }

    private static Object plain(Object value) {
        return value instanceof Integer || value instanceof Long || value instanceof Boolean || value instanceof Map
                ? value
                : value.toString();
    }

    private static String text(Map<String, Object> entry) {
        StringBuilder line = new StringBuilder();
        entry.forEach((key, value) -> {
            switch (key) {
                case "timestamp" -> line.append(value);
                case "level" -> line.append(' ').append(String.format("%-7s", value.toString().toUpperCase()));
                case "event" -> line.append(' ').append(value);
                default -> line.append("  ").append(key).append('=').append(value.toString().replace('\n', ' '));
            }
        });
        return line.toString();
    }
}
