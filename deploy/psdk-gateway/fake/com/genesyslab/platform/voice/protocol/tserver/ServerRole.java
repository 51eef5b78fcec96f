package com.genesyslab.platform.voice.protocol.tserver;

import com.genesyslab.platform.commons.GEnum;
import java.util.Map;

public class ServerRole extends GEnum {
    private static final Map<String, ServerRole> MEMBERS = members(
            ServerRole::new,
            0,
            "Primary Backup");

    private ServerRole(int ordinal, String name) {
        super(ordinal, name);
    }

    public static ServerRole valueOf(String name) {
        return MEMBERS.get(name);
    }
}
