package com.genesyslab.platform.commons.connection.tls;

public class SSLExtendedOptions {
    public SSLExtendedOptions(
            boolean mutualTLS,
            String[] enabledCipherSuites,
            String[] enabledProtocols,
            boolean enabledTargetHostnameChecking) {
        throw new UnsupportedOperationException();
    }
}
