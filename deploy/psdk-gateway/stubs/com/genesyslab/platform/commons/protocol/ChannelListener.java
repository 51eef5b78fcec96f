package com.genesyslab.platform.commons.protocol;

import java.util.EventObject;

public interface ChannelListener extends Listener {
    void onChannelOpened(EventObject event);

    void onChannelClosed(ChannelClosedEvent event);

    void onChannelError(ChannelErrorEvent event);
}
