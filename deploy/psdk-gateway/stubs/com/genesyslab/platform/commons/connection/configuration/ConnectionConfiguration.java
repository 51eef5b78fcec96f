package com.genesyslab.platform.commons.connection.configuration;

public interface ConnectionConfiguration {}
