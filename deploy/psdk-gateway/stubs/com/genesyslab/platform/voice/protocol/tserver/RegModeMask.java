package com.genesyslab.platform.voice.protocol.tserver;

import com.genesyslab.platform.commons.GEnum;

public class RegModeMask extends GEnum {
    public static RegModeMask valueOf(String name) {
        throw new UnsupportedOperationException();
    }
}
