package com.genesyslab.platform.standby;

import com.genesyslab.platform.standby.events.WSAllTriedUnsuccessfullyEvent;
import com.genesyslab.platform.standby.events.WSDisconnectedEvent;
import com.genesyslab.platform.standby.events.WSOpenedEvent;
import com.genesyslab.platform.standby.events.WSTriedUnsuccessfullyEvent;

public interface IWSHandler {
    void onChannelOpened(WSOpenedEvent event);

    void onChannelDisconnected(WSDisconnectedEvent event);

    void onEndpointTriedUnsuccessfully(WSTriedUnsuccessfullyEvent event);

    void onAllEndpointsTriedUnsuccessfully(WSAllTriedUnsuccessfullyEvent event);
}
