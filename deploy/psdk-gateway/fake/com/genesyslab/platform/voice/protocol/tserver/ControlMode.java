package com.genesyslab.platform.voice.protocol.tserver;

import com.genesyslab.platform.commons.GEnum;
import java.util.Map;

public class ControlMode extends GEnum {
    private static final Map<String, ControlMode> MEMBERS = members(
            ControlMode::new,
            0,
            "RegisterDefault RegisterForce RegisterLocal");

    public static final ControlMode RegisterDefault = MEMBERS.get("RegisterDefault");

    private ControlMode(int ordinal, String name) {
        super(ordinal, name);
    }

    public static ControlMode valueOf(String name) {
        return MEMBERS.get(name);
    }
}
