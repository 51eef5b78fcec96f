package com.genesyslab.platform.voice.protocol;

import java.util.BitSet;

/** Everything is set at first: whoever forgets to clear it is found out. */
public class EventMask {
    public final BitSet bits = new BitSet();

    public EventMask() {
        bits.set(0, 512);
    }

    public void set(int nn) {
        bits.set(nn);
    }

    public void clearAll() {
        bits.clear();
    }
}
