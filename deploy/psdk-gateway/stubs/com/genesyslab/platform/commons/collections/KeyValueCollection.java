package com.genesyslab.platform.commons.collections;

public class KeyValueCollection extends KVList {
    public KeyValueCollection() {
        throw new UnsupportedOperationException();
    }
}
