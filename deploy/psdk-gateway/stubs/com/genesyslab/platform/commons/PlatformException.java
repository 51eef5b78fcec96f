package com.genesyslab.platform.commons;

public class PlatformException extends Exception {
    private static final long serialVersionUID = 1;
}
