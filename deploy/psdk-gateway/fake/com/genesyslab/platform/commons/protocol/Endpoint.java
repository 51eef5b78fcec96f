package com.genesyslab.platform.commons.protocol;

import com.genesyslab.platform.commons.connection.configuration.ConnectionConfiguration;
import com.genesyslab.platform.commons.connection.configuration.PropertyConfiguration;
import com.genesyslab.platform.commons.connection.tls.SSLExtendedOptions;
import javax.net.ssl.SSLContext;

public class Endpoint {
    public final PropertyConfiguration configuration;
    public final SSLContext tls;
    public final SSLExtendedOptions tlsOptions;
    private final String host;
    private final int port;

    public Endpoint(String name, String host, int port, ConnectionConfiguration connConf) {
        this(name, host, port, connConf, false, null, null);
    }

    public Endpoint(
            String name,
            String host,
            int port,
            ConnectionConfiguration connConf,
            boolean tlsEnabled,
            SSLContext sslContext,
            SSLExtendedOptions sslOptions) {
        this.host = host;
        this.port = port;
        configuration = (PropertyConfiguration) connConf;
        tls = tlsEnabled ? sslContext : null;
        tlsOptions = sslOptions;
    }

    public String getHost() {
        return host;
    }

    public int getPort() {
        return port;
    }
}
