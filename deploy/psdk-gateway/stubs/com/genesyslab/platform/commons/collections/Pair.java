package com.genesyslab.platform.commons.collections;

public abstract class Pair {
    public String getStringKey() {
        throw new UnsupportedOperationException();
    }

    public Object getValue() {
        throw new UnsupportedOperationException();
    }

    public String getStringValue() {
        throw new UnsupportedOperationException();
    }

    public String getValueAsString() {
        throw new UnsupportedOperationException();
    }
}
