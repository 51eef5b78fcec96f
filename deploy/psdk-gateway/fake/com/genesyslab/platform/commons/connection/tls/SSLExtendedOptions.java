package com.genesyslab.platform.commons.connection.tls;

public class SSLExtendedOptions {
    public final boolean hostnameChecked;

    public SSLExtendedOptions(
            boolean mutualTLS,
            String[] enabledCipherSuites,
            String[] enabledProtocols,
            boolean enabledTargetHostnameChecking) {
        if (enabledCipherSuites.length == 0 || enabledProtocols.length == 0) {
            throw new IllegalArgumentException("no cipher suites or protocols");
        }
        hostnameChecked = enabledTargetHostnameChecking;
    }
}
