package com.genesyslab.platform.commons.threading;

public interface AsyncInvoker {
    void invoke(Runnable target);

    void dispose();
}
