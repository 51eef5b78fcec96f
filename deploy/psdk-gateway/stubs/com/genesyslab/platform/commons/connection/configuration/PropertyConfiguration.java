package com.genesyslab.platform.commons.connection.configuration;

public class PropertyConfiguration implements ConnectionConfiguration {
    public PropertyConfiguration() {
        throw new UnsupportedOperationException();
    }

    public void setOption(String name, String value) {
        throw new UnsupportedOperationException();
    }
}
