package com.genesyslab.platform.voice.protocol.tserver;

import com.genesyslab.platform.commons.GEnum;
import java.util.Map;

public class Reliability extends GEnum {
    private static final Map<String, Reliability> MEMBERS = members(
            Reliability::new,
            0,
            "Ok InPast Uncertain External");

    private Reliability(int ordinal, String name) {
        super(ordinal, name);
    }

    public static Reliability valueOf(String name) {
        return MEMBERS.get(name);
    }
}
