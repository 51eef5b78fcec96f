package com.genesyslab.platform.commons.collections;

import excp.gateway.FakeValues;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Packs a list as its JSON; with a length before it, as four bytes. */
public class TKVSerializer {
    public static KeyValueCollection deserialize(byte[] bytes, String encoding) throws Exception {
        return FakeValues.list(new String(bytes, StandardCharsets.UTF_8));
    }

    public static KeyValueCollection deserialize(byte[] bytes, String encoding, boolean getLen) throws Exception {
        return deserialize(getLen ? Arrays.copyOfRange(bytes, 4, bytes.length) : bytes, encoding);
    }
}
