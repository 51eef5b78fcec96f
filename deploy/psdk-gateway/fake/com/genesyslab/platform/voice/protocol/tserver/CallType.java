package com.genesyslab.platform.voice.protocol.tserver;

import com.genesyslab.platform.commons.GEnum;
import java.util.Map;

public class CallType extends GEnum {
    private static final Map<String, CallType> MEMBERS = members(
            CallType::new,
            100,
            "Unknown Internal Inbound Outbound Consult");

    private CallType(int ordinal, String name) {
        super(ordinal, name);
    }

    public static CallType valueOf(String name) {
        return MEMBERS.get(name);
    }
}
