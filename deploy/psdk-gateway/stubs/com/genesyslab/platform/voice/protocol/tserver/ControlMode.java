package com.genesyslab.platform.voice.protocol.tserver;

import com.genesyslab.platform.commons.GEnum;

public class ControlMode extends GEnum {
    public static final ControlMode RegisterDefault = null;
}
