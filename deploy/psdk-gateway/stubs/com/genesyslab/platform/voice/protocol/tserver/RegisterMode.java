package com.genesyslab.platform.voice.protocol.tserver;

import com.genesyslab.platform.commons.GEnum;

public class RegisterMode extends GEnum {
    public static final RegisterMode ModeShare = null;
}
