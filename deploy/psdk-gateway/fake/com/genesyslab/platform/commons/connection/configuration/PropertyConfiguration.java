package com.genesyslab.platform.commons.connection.configuration;

import java.util.Map;
import java.util.TreeMap;

public class PropertyConfiguration implements ConnectionConfiguration {
    public final Map<String, Object> options = new TreeMap<>();

    public void setOption(String name, String value) {
        options.put(name, value);
    }
}
