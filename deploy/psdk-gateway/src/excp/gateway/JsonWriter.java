package excp.gateway;

import java.util.Base64;
import java.util.List;
import java.util.Map;

/** Writes values as JSON. Key-value lists become arrays of pairs, bytes become {"base64": …}. */
final class JsonWriter {
    private final StringBuilder text = new StringBuilder(256);

    private JsonWriter() {}

    /**
     * The value as JSON on one line.
     *
     * @throws IllegalArgumentException for a value no frame can hold
     */
    static String write(Object value) {
        JsonWriter writer = new JsonWriter();
        writer.value(value);
        return writer.text.toString();
    }

    private void value(Object value) {
        if (value instanceof String string) {
            string(string);
        } else if (value == null || value instanceof Boolean || value instanceof Integer || value instanceof Long) {
            text.append(value);
        } else if (value instanceof Double number && Double.isFinite(number)) {
            text.append(number.doubleValue());
        } else if (value instanceof Pair pair) {
            pair(pair);
        } else if (value instanceof List<?> list) {
            list(list);
        } else if (value instanceof Map<?, ?> map) {
            object(map);
        } else if (value instanceof byte[] bytes) {
            text.append("{\"base64\":\"").append(Base64.getEncoder().encodeToString(bytes)).append("\"}");
        } else {
            throw new IllegalArgumentException("no JSON value: " + value.getClass().getName());
        }
    }

    private void pair(Pair pair) {
        text.append('[');
        string(pair.key());
        text.append(',');
        value(pair.value());
        text.append(']');
    }

    private void list(List<?> list) {
        char before = '[';
        for (Object item : list) {
            text.append(before);
            value(item);
            before = ',';
        }
        text.append(list.isEmpty() ? "[]" : "]");
    }

    private void object(Map<?, ?> map) {
        char before = '{';
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            text.append(before);
            string((String) entry.getKey());
            text.append(':');
            value(entry.getValue());
            before = ',';
        }
        text.append(map.isEmpty() ? "{}" : "}");
    }

    private void string(String string) {
        text.append('"');
        for (int at = 0; at < string.length(); at++) {
            character(string, at);
        }
        text.append('"');
    }

    private void character(String string, int at) {
        char character = string.charAt(at);
        if (character == '"' || character == '\\') {
            text.append('\\').append(character);
        } else if (character < ' ') {
            text.append(String.format("\\u%04x", (int) character));
        } else if (Character.isSurrogate(character) && !paired(string, at)) {
            // half a surrogate pair is no Unicode text: readers refuse the whole line for it
            text.append('\uFFFD');
        } else {
            text.append(character);
        }
    }

    private static boolean paired(String string, int at) {
        if (Character.isHighSurrogate(string.charAt(at))) {
            return at + 1 < string.length() && Character.isLowSurrogate(string.charAt(at + 1));
        }
        return at > 0 && Character.isHighSurrogate(string.charAt(at - 1));
    }
}
