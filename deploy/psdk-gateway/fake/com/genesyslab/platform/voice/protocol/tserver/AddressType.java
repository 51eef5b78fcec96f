package com.genesyslab.platform.voice.protocol.tserver;

import com.genesyslab.platform.commons.GEnum;
import java.util.Map;

public class AddressType extends GEnum {
    private static final Map<String, AddressType> MEMBERS = members(
            AddressType::new,
            0,
            "Unknown DN Position Queue RouteDN Trunk VoiceChannel DataChannel Announcement "
                    + "ASAI ACDGroup VSP RouteQueue AgentID Other");

    private AddressType(int ordinal, String name) {
        super(ordinal, name);
    }

    public static AddressType valueOf(String name) {
        return MEMBERS.get(name);
    }
}
