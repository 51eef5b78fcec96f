package excp.gateway;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A frame a client sends (gateway-protocol.md), checked. */
sealed interface ClientFrame {
    record Hello(long protocol, String client, double heartbeat) implements ClientFrame {}

    record Subscribe(Feed feed, List<Dn> dns) implements ClientFrame {}

    record Register(List<Dn> dns) implements ClientFrame {}

    record Unregister(List<String> dns) implements ClientFrame {}

    record AskSnapshot() implements ClientFrame {}

    record Heartbeat() implements ClientFrame {}

    record Error(String code, String message, boolean fatal) implements ClientFrame {}

    record Bye() implements ClientFrame {}

    /** Of a later version: to be passed over. */
    record Unknown() implements ClientFrame {}

    /** A DN and what kind of DN the client takes it for. */
    record Dn(String dn, String type) {}

    /** The line is no frame. The message names the field, never its value. */
    final class BadFrameException extends Exception {
        private static final long serialVersionUID = 1;

        BadFrameException(String message) {
            super(message);
        }
    }

    static ClientFrame read(byte[] line) throws BadFrameException {
        Object value;
        try {
            value = JsonReader.read(line);
        } catch (JsonReader.JsonException e) {
            throw new BadFrameException("no JSON: " + e.getMessage());
        }
        if (!(value instanceof Map<?, ?> map) || !(map.get("frame") instanceof String kind)) {
            throw new BadFrameException("no JSON object with a field `frame`");
        }
        Fields fields = new Fields(kind, map);
        return switch (kind) {
            case "hello" -> hello(fields);
            case "subscribe" -> new Subscribe(fields.feed(), fields.dns(false));
            case "register" -> new Register(fields.dns(true));
            case "unregister" -> new Unregister(fields.names());
            case "ask_snapshot" -> new AskSnapshot();
            case "heartbeat" -> new Heartbeat();
            case "error" -> new Error(fields.text("code"), fields.text("message", ""), fields.flag("fatal", true));
            case "bye" -> new Bye();
            default -> new Unknown();
        };
    }

    /** Of another protocol version only the number counts. */
    private static Hello hello(Fields fields) throws BadFrameException {
        long protocol = fields.whole("protocol");
        if (protocol != Line.PROTOCOL) {
            return new Hello(protocol, "", 5);
        }
        return new Hello(protocol, fields.text("client"), fields.seconds("heartbeat", 5, 3600));
    }

    /** Typed access to a frame's fields. */
    final class Fields {
        private final String kind;
        private final Map<?, ?> fields;

        Fields(String kind, Map<?, ?> fields) {
            this.kind = kind;
            this.fields = fields;
        }

        String text(String name) throws BadFrameException {
            if (fields.get(name) instanceof String text) {
                return text;
            }
            throw bad(name, "a string");
        }

        String text(String name, String byDefault) throws BadFrameException {
            return fields.get(name) == null ? byDefault : text(name);
        }

        long whole(String name) throws BadFrameException {
            Object value = fields.get(name);
            if (value instanceof Long number) {
                return number;
            }
            if (value instanceof Double number && number == Math.rint(number) && Math.abs(number) < 1e15) {
                return number.longValue();
            }
            throw bad(name, "an integer");
        }

        double seconds(String name, double byDefault, double highest) throws BadFrameException {
            Object value = fields.get(name);
            if (value == null && !fields.containsKey(name)) {
                return byDefault;
            }
            if (value instanceof Number number && number.doubleValue() > 0 && number.doubleValue() <= highest) {
                return number.doubleValue();
            }
            throw bad(name, "a number of seconds up to " + (long) highest);
        }

        boolean flag(String name, boolean byDefault) throws BadFrameException {
            Object value = fields.get(name);
            if (value == null) {
                return byDefault;
            }
            if (value instanceof Boolean flag) {
                return flag;
            }
            throw bad(name, "true or false");
        }

        Feed feed() throws BadFrameException {
            String name = text("feed");
            for (Feed feed : Feed.values()) {
                if (feed.name().equals(name)) {
                    return feed;
                }
            }
            throw bad("feed", "VQ, AGENT or CALL");
        }

        List<Dn> dns(boolean required) throws BadFrameException {
            List<Dn> dns = new ArrayList<>();
            if (!required && !fields.containsKey("dns")) {
                return dns;
            }
            for (Object item : items()) {
                Fields dn = new Fields(kind + ".dns", item instanceof Map<?, ?> map ? map : Map.of());
                String type = dn.text("type");
                if (!type.equals(Feed.VQ.dnType) && !type.equals(Feed.AGENT.dnType)) {
                    throw dn.bad("type", "virtual_queue or extension");
                }
                dns.add(new Dn(notEmpty(dn.text("dn")), type));
            }
            return dns;
        }

        List<String> names() throws BadFrameException {
            List<String> names = new ArrayList<>();
            for (Object item : items()) {
                names.add(notEmpty(item instanceof String name ? name : ""));
            }
            return names;
        }

        private List<?> items() throws BadFrameException {
            if (fields.get("dns") instanceof List<?> list) {
                return list;
            }
            throw bad("dns", "a list");
        }

        private String notEmpty(String dn) throws BadFrameException {
            if (dn.isEmpty()) {
                throw bad("dn", "the name of a DN");
            }
            return dn;
        }

        private BadFrameException bad(String name, String expected) {
            return new BadFrameException(kind + "." + name + ": " + expected + " expected");
        }
    }
}
