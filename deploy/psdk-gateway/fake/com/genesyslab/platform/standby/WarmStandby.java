package com.genesyslab.platform.standby;

import com.genesyslab.platform.commons.protocol.ClientChannel;
import com.genesyslab.platform.commons.protocol.Endpoint;
import com.genesyslab.platform.commons.protocol.ProtocolException;
import com.genesyslab.platform.commons.protocol.RegistrationException;
import com.genesyslab.platform.standby.events.WSAllTriedUnsuccessfullyEvent;
import com.genesyslab.platform.standby.events.WSDisconnectedEvent;
import com.genesyslab.platform.standby.events.WSOpenedEvent;
import com.genesyslab.platform.standby.events.WSTriedUnsuccessfullyEvent;
import excp.gateway.FakeValues;

/** Tries the endpoints in turn, for ever; gives up when a server refuses the client. */
public class WarmStandby {
    private final ClientChannel channel;
    private final Endpoint[] endpoints;
    private WSConfig config = new WSConfig();
    private IWSHandler handler;
    private Thread restoring;
    private volatile boolean closed;

    public WarmStandby(ClientChannel channel, Endpoint... endpoints) {
        this.channel = channel;
        this.endpoints = endpoints;
    }

    public WSConfig getConfig() {
        return config;
    }

    public void setConfig(WSConfig config) {
        this.config = config;
    }

    public void setHandler(IWSHandler handler) {
        this.handler = handler;
    }

    public synchronized void autoRestore() {
        if (restoring == null || !restoring.isAlive()) {
            restoring = new Thread(this::restore, "fake WarmStandby");
            restoring.setDaemon(true);
            restoring.start();
        }
    }

    public void close() throws InterruptedException {
        if (FakeValues.inCallback() || Thread.currentThread() == restoring) {
            throw new IllegalStateException("BlockedChannelNotificationThreadException");
        }
        closed = true;
        channel.closeNow();
        if (restoring != null) {
            restoring.interrupt();
            restoring.join();
        }
    }

    private void restore() {
        try {
            while (!closed) {
                boolean opened = false;
                for (int at = 0; at < endpoints.length && !opened && !closed; at++) {
                    opened = tried(endpoints[at]);
                }
                if (opened) {
                    FakeValues.guarded(() -> handler.onChannelOpened(new WSOpenedEvent(this)));
                    channel.awaitClosed();
                    FakeValues.guarded(() -> handler.onChannelDisconnected(new WSDisconnectedEvent(this)));
                } else {
                    FakeValues.guarded(
                            () -> handler.onAllEndpointsTriedUnsuccessfully(new WSAllTriedUnsuccessfullyEvent(this)));
                    Thread.sleep(config.retryDelay);
                }
            }
        } catch (RefusedException | InterruptedException e) {
            closed = closed || e instanceof InterruptedException;
        }
    }

    private boolean tried(Endpoint endpoint) throws RefusedException {
        try {
            channel.open(endpoint);
            return true;
        } catch (ProtocolException e) {
            boolean stopped = e instanceof RegistrationException;
            FakeValues.guarded(() -> handler.onEndpointTriedUnsuccessfully(
                    new WSTriedUnsuccessfullyEvent(this, endpoint, e, stopped)));
            if (stopped) {
                throw new RefusedException();
            }
            return false;
        }
    }

    private static final class RefusedException extends Exception {
        private static final long serialVersionUID = 1;
    }
}
