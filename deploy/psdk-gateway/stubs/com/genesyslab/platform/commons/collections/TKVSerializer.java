package com.genesyslab.platform.commons.collections;

public class TKVSerializer {
    public static KeyValueCollection deserialize(byte[] bytes, String encoding) throws Exception {
        throw new UnsupportedOperationException();
    }

    public static KeyValueCollection deserialize(byte[] bytes, String encoding, boolean getLen) throws Exception {
        throw new UnsupportedOperationException();
    }
}
