package com.genesyslab.platform.commons.protocol;

import com.genesyslab.platform.commons.connection.configuration.ConnectionConfiguration;
import com.genesyslab.platform.commons.connection.tls.SSLExtendedOptions;
import javax.net.ssl.SSLContext;

public class Endpoint {
    public Endpoint(String name, String host, int port, ConnectionConfiguration connConf) {
        throw new UnsupportedOperationException();
    }

    public Endpoint(
            String name,
            String host,
            int port,
            ConnectionConfiguration connConf,
            boolean tlsEnabled,
            SSLContext sslContext,
            SSLExtendedOptions sslOptions) {
        throw new UnsupportedOperationException();
    }

    public String getHost() {
        throw new UnsupportedOperationException();
    }

    public int getPort() {
        throw new UnsupportedOperationException();
    }
}
