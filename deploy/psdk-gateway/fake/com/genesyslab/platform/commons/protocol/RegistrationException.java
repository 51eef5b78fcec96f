package com.genesyslab.platform.commons.protocol;

public class RegistrationException extends ProtocolException {
    private static final long serialVersionUID = 1;

    public RegistrationException(String message) {
        super(message);
    }
}
