package com.genesyslab.platform.voice.protocol.tserver;

import com.genesyslab.platform.commons.GEnum;
import java.util.Map;

public class Cause extends GEnum {
    private static final Map<String, Cause> MEMBERS = members(
            Cause::new,
            0,
            "Empty ACD Busy NoAnswer Reject Route Coverage ConverseOn Forward Redirect "
                    + "Transfer SingleStepTransfer Conference AMdetected FaxDetected SITdetected "
                    + "PathOptimization");

    private Cause(int ordinal, String name) {
        super(ordinal, name);
    }

    public static Cause valueOf(String name) {
        return MEMBERS.get(name);
    }
}
