package com.genesyslab.platform.voice.protocol.tserver;

import com.genesyslab.platform.commons.GEnum;
import java.util.Map;

public class RegModeMask extends GEnum {
    private static final Map<String, RegModeMask> MEMBERS = members(
            RegModeMask::new,
            0,
            "Default Monitor Control NoSync DefaultNoSync NoPartyEvents NoPartyEventsNoSync "
                    + "NoCallEvents NoInternalPartyEvents NoInternalPartyEventsNoSync");

    private RegModeMask(int ordinal, String name) {
        super(ordinal, name);
    }

    public static RegModeMask valueOf(String name) {
        return MEMBERS.get(name);
    }
}
