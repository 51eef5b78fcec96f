package com.genesyslab.platform.voice.protocol.tserver;

import com.genesyslab.platform.commons.GEnum;
import java.util.Map;

public class DNRole extends GEnum {
    private static final Map<String, DNRole> MEMBERS = members(
            DNRole::new,
            0,
            "RoleUnknown RoleOrigination RoleDestination RoleConferenceMember RoleNewParty");

    private DNRole(int ordinal, String name) {
        super(ordinal, name);
    }

    public static DNRole valueOf(String name) {
        return MEMBERS.get(name);
    }
}
