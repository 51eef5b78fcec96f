package com.genesyslab.platform.commons.collections;

public class KeyValuePair extends Pair {
    public KeyValuePair(String key, Object value) {
        super(key, value);
    }
}
