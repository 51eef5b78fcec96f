package com.genesyslab.platform.commons.protocol;

public interface Listener {}
