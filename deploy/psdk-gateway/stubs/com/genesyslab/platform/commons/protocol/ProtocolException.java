package com.genesyslab.platform.commons.protocol;

import com.genesyslab.platform.commons.PlatformException;

public class ProtocolException extends PlatformException {
    private static final long serialVersionUID = 1;
}
