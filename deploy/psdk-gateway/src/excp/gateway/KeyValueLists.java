package excp.gateway;

import com.genesyslab.platform.commons.collections.KeyValueCollection;
import com.genesyslab.platform.commons.collections.KeyValuePair;
import com.genesyslab.platform.commons.collections.TKVSerializer;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.List;

/** Key-value lists of the Platform SDK as lists of pairs: order and repeated keys survive. */
final class KeyValueLists {
    private static final int MAX_DEPTH = 32;

    private final Counters counters;
    private final String charset;

    KeyValueLists(Counters counters, String charset) {
        this.counters = counters;
        this.charset = charset == null ? Charset.defaultCharset().name() : charset;
    }

    List<Pair> pairs(KeyValueCollection list) {
        return pairs(list, 0);
    }

    /**
     * The ISLinkList, which comes as bytes: taken apart if they are a packed key-value list, else as they are. How it
     * is packed is not documented, so both forms the Platform SDK can unpack are tried.
     */
    Object isLinkList(byte[] bytes) {
        for (boolean lengthFirst : new boolean[] {false, true}) {
            List<Pair> pairs = unpacked(bytes, lengthFirst);
            if (pairs != null && (!pairs.isEmpty() || bytes.length == 0)) {
                counters.add("is_link_lists", "unpacked");
                return pairs;
            }
        }
        counters.add("is_link_lists", "passed_on_as_bytes");
        return bytes;
    }

    private List<Pair> unpacked(byte[] bytes, boolean lengthFirst) {
        try {
            KeyValueCollection list = lengthFirst
                    ? TKVSerializer.deserialize(bytes, charset, true)
                    : TKVSerializer.deserialize(bytes, charset);
            return list == null ? null : pairs(list);
        } catch (Exception e) {
            return null;
        }
    }

    private List<Pair> pairs(KeyValueCollection list, int depth) {
        List<Pair> pairs = new ArrayList<>();
        if (depth > MAX_DEPTH) {
            counters.add("values_left_out", "nested too deep");
            return pairs;
        }
        for (Object item : list) {
            KeyValuePair pair = (KeyValuePair) item;
            Object value = value(pair, depth);
            if (value == null || pair.getStringKey() == null) {
                counters.add("values_left_out", "no value");
            } else {
                pairs.add(new Pair(pair.getStringKey(), value));
            }
        }
        return pairs;
    }

    private Object value(KeyValuePair pair, int depth) {
        Object value = pair.getValue();
        if (value instanceof String || value instanceof Integer || value instanceof Long || value instanceof byte[]) {
            return value;
        }
        if (value instanceof KeyValueCollection list) {
            return pairs(list, depth + 1);
        }
        // a wide string is an object of its own; numbers with a fraction have no place in the protocol but as text
        String text = pair.getStringValue();
        return text == null ? pair.getValueAsString() : text;
    }
}
