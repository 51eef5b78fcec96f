package com.genesyslab.platform.voice.protocol.tserver;

import com.genesyslab.platform.commons.GEnum;

public class AddressType extends GEnum {
    public static AddressType valueOf(String name) {
        throw new UnsupportedOperationException();
    }
}
