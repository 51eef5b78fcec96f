package excp.gateway;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** What was counted since the start, by name and label. Nothing is dropped without a count here. */
final class Counters {
    private final Map<String, LongAdder> counts = new ConcurrentHashMap<>();

    /** Count one; the label must be of a small set of values, never anything a call holds. */
    void add(String name, Object label) {
        add(name, label, 1);
    }

    void add(String name, Object label, long number) {
        counts.computeIfAbsent(name + "{of=\"" + label + "\"}", key -> new LongAdder()).add(number);
    }

    long get(String name, Object label) {
        LongAdder count = counts.get(name + "{of=\"" + label + "\"}");
        return count == null ? 0 : count.sum();
    }

    Map<String, Object> all() {
        Map<String, Object> all = new TreeMap<>();
        counts.forEach((key, count) -> all.put(key, count.sum()));
        return all;
    }
}
