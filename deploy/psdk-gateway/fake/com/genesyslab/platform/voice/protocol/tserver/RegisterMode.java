package com.genesyslab.platform.voice.protocol.tserver;

import com.genesyslab.platform.commons.GEnum;
import java.util.Map;

public class RegisterMode extends GEnum {
    private static final Map<String, RegisterMode> MEMBERS = members(
            RegisterMode::new,
            0,
            "ModeShare ModePrivate ModeMonitor");

    public static final RegisterMode ModeShare = MEMBERS.get("ModeShare");

    private RegisterMode(int ordinal, String name) {
        super(ordinal, name);
    }

    public static RegisterMode valueOf(String name) {
        return MEMBERS.get(name);
    }
}
