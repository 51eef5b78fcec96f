package com.genesyslab.platform.commons.collections;

public abstract class Pair {
    /** A wide string's value: not a String. */
    public record Wide(String text) {}

    private final String key;
    private final Object value;

    protected Pair(String key, Object value) {
        this.key = key;
        this.value = value;
    }

    public String getStringKey() {
        return key;
    }

    public Object getValue() {
        return value;
    }

    public String getStringValue() {
        return value instanceof Wide wide ? wide.text() : value instanceof String text ? text : null;
    }

    public String getValueAsString() {
        return value instanceof byte[] || value instanceof KVList ? null : String.valueOf(value);
    }
}
