package com.genesyslab.platform.commons.protocol;

public interface MessageHandler extends Listener {
    void onMessage(Message message);
}
