package excp.gateway;

import com.genesyslab.platform.commons.collections.KeyValueCollection;
import com.genesyslab.platform.commons.collections.KeyValuePair;
import com.genesyslab.platform.commons.collections.Pair;
import com.genesyslab.platform.commons.protocol.Message;
import com.genesyslab.platform.voice.protocol.tserver.events.callmonitoring.EventCallCreated;
import com.genesyslab.platform.voice.protocol.tserver.events.callmonitoring.EventCallDataChanged;
import com.genesyslab.platform.voice.protocol.tserver.events.callmonitoring.EventCallDeleted;
import com.genesyslab.platform.voice.protocol.tserver.events.callmonitoring.EventCallPartyAdded;
import com.genesyslab.platform.voice.protocol.tserver.events.callmonitoring.EventCallPartyDeleted;
import com.genesyslab.platform.voice.protocol.tserver.events.callmonitoring.EventCallPartyMoved;
import com.genesyslab.platform.voice.protocol.tserver.events.callmonitoring.EventCallPartyState;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Makes the Platform SDK's values of what the simulated T-Server sends. */
public final class FakeValues {
    private static final Map<Integer, Function<Map<String, Object>, Message>> CALL_EVENTS = Map.of(
            160, EventCallCreated::new,
            161, EventCallDataChanged::new,
            162, EventCallDeleted::new,
            163, EventCallPartyAdded::new,
            164, EventCallPartyState::new,
            165, EventCallPartyMoved::new,
            166, EventCallPartyDeleted::new);
    private static final ThreadLocal<Boolean> IN_CALLBACK = ThreadLocal.withInitial(() -> false);

    private FakeValues() {}

    /** {"id": …, "reference": …, "attributes": {…}} */
    @SuppressWarnings("unchecked")
    public static Message message(Map<String, Object> line) {
        if (line.containsKey("broken")) {
            return new BrokenMessage();
        }
        int id = ((Long) line.get("id")).intValue();
        Map<String, Object> attributes = (Map<String, Object>) line.getOrDefault("attributes", Map.of());
        Message message;
        if (line.containsKey("no_event")) {
            message = new UnknownMessage(id);
        } else if (CALL_EVENTS.containsKey(id)) {
            message = CALL_EVENTS.get(id).apply(attributes);
        } else {
            message = new FakeEvent(id, attributes);
        }
        message.reference(line.get("reference") instanceof Long number ? number.intValue() : null);
        return message;
    }

    public static KeyValueCollection list(String json) throws JsonReader.JsonException {
        return list((List<?>) JsonReader.read(json));
    }

    @SuppressWarnings("unchecked")
    static KeyValueCollection list(List<?> pairs) {
        KeyValueCollection list = new KeyValueCollection();
        for (Object each : pairs) {
            List<?> pair = (List<?>) each;
            list.add(new KeyValuePair((String) pair.get(0), value(pair.get(1))));
        }
        return list;
    }

    static Object value(Object json) {
        if (json instanceof List<?> pairs) {
            return list(pairs);
        }
        if (json instanceof Map<?, ?> typed) {
            Object value = typed.values().iterator().next();
            return switch ((String) typed.keySet().iterator().next()) {
                case "base64" -> Base64.getDecoder().decode((String) value);
                case "wide" -> new Pair.Wide((String) value);
                case "long" -> value;
                case "float" -> ((Number) value).floatValue();
                default -> throw new IllegalArgumentException("no such type: " + typed.keySet());
            };
        }
        return json instanceof Long number ? (Object) number.intValue() : json;
    }

    /** True on a thread the gateway is being called back on. */
    public static boolean inCallback() {
        return IN_CALLBACK.get();
    }

    /** Call back. What the Platform SDK does with an exception is not documented: here it ends the program. */
    public static void guarded(Runnable callback) {
        IN_CALLBACK.set(true);
        try {
            callback.run();
        } catch (Throwable e) {
            System.err.println("FAKE SDK: a callback threw " + e);
            e.printStackTrace();
            Runtime.getRuntime().halt(70);
        } finally {
            IN_CALLBACK.set(false);
        }
    }

    /** A message that cannot even say what it is. */
    private static final class BrokenMessage extends Message {
        @Override
        public int messageId() {
            throw new IllegalStateException("broken");
        }
    }

    /** A message that is no T-Server event. */
    private static final class UnknownMessage extends Message {
        private final int id;

        UnknownMessage(int id) {
            this.id = id;
        }

        @Override
        public int messageId() {
            return id;
        }
    }
}
