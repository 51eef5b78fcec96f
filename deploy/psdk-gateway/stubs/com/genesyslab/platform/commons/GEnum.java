package com.genesyslab.platform.commons;

public abstract class GEnum {
    public int ordinal() {
        throw new UnsupportedOperationException();
    }

    public String name() {
        throw new UnsupportedOperationException();
    }
}
