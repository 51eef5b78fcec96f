package excp.gateway;

import com.genesyslab.platform.commons.connection.configuration.PropertyConfiguration;
import com.genesyslab.platform.commons.connection.tls.SSLExtendedOptions;
import com.genesyslab.platform.commons.protocol.ChannelClosedEvent;
import com.genesyslab.platform.commons.protocol.ChannelErrorEvent;
import com.genesyslab.platform.commons.protocol.ChannelListener;
import com.genesyslab.platform.commons.protocol.Endpoint;
import com.genesyslab.platform.commons.protocol.Message;
import com.genesyslab.platform.commons.protocol.MessageHandler;
import com.genesyslab.platform.standby.IWSHandler;
import com.genesyslab.platform.standby.WSConfig;
import com.genesyslab.platform.standby.WarmStandby;
import com.genesyslab.platform.standby.events.WSAllTriedUnsuccessfullyEvent;
import com.genesyslab.platform.standby.events.WSDisconnectedEvent;
import com.genesyslab.platform.standby.events.WSOpenedEvent;
import com.genesyslab.platform.standby.events.WSTriedUnsuccessfullyEvent;
import com.genesyslab.platform.voice.protocol.TServerProtocol;
import java.util.EventObject;
import javax.net.ssl.SSLContext;

/**
 * A T-Server channel of one feed, kept open by WarmStandby over the servers of the pair.
 *
 * <p>The callbacks only put items into the feed's inbox: a blocking call on a callback thread ends in a deadlock.
 * Opened and closed are taken from the channel's listener, which is called on the thread of the messages: so they keep
 * their place among them. WarmStandby's handler has a thread of its own.
 */
final class TServerLink {
    private static final int CLOSE_WITHIN = 5000;

    private final Feed feed;
    private final Settings settings;
    private final Inbox inbox;
    private final Counters counters;
    private final CallbackThread callbacks;
    private final TServerProtocol channel = new TServerProtocol();
    private final WarmStandby standby;

    private volatile boolean overflowed;
    private volatile long heardAt = Time.now();

    /** Makes the link; it does not connect yet. */
    TServerLink(Feed feed, Settings settings, SSLContext tls, Inbox inbox, Counters counters) throws Exception {
        this.feed = feed;
        this.settings = settings;
        this.inbox = inbox;
        this.counters = counters;
        callbacks = new CallbackThread("callbacks " + feed);
        channel.setClientName(settings.clientName() + "_" + feed);
        if (settings.clientPassword() != null) {
            channel.setClientPassword(settings.clientPassword());
        }
        channel.setTimeout(settings.openTimeout());
        channel.setInvoker(callbacks);
        channel.setMessageHandler(new Messages());
        channel.addChannelListener(new ChannelEvents());
        standby = new WarmStandby(channel, endpoints(tls));
        WSConfig config = standby.getConfig();
        config.setTimeout(settings.openTimeout());
        config.setRetryDelay(settings.retryDelay());
        config.setReconnectionRandomDelayRange(settings.retryDelay() / 2);
        standby.setConfig(config);
        standby.setHandler(new StandbyEvents());
    }

    /** Connect, and again whenever the channel is lost. Also after the Platform SDK has given up. Does not wait. */
    void open() {
        heardAt = Time.now();
        standby.autoRestore();
    }

    /** Close for good, on a thread of its own: closing waits for the server. */
    Thread close() {
        Thread closing = new Thread(this::closeNow, "closes " + feed);
        closing.setDaemon(true);
        closing.start();
        return closing;
    }

    /** Send a request. Its ReferenceID, if the Platform SDK tells it. */
    Integer send(Message request) throws Exception {
        channel.send(request);
        return request.getReferenceID();
    }

    boolean overflowed() {
        return overflowed;
    }

    void markOverflowed() {
        overflowed = true;
    }

    /** When the Platform SDK said anything last of this link. */
    long heardAt() {
        return heardAt;
    }

    private void closeNow() {
        try {
            standby.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            Log.warning("channel not closed in good order", "feed", feed, "reason", Log.reason(e));
        } finally {
            callbacks.dispose();
        }
    }

    static void await(Thread closing) throws InterruptedException {
        closing.join(CLOSE_WITHIN);
    }

    private Endpoint[] endpoints(SSLContext tls) {
        String[] names = {"primary", "backup"};
        Endpoint[] endpoints = new Endpoint[settings.sipServers().size()];
        for (int at = 0; at < endpoints.length; at++) {
            Settings.Address server = settings.sipServers().get(at);
            PropertyConfiguration configuration = configuration();
            endpoints[at] = tls == null
                    ? new Endpoint(names[at], server.host(), server.port(), configuration)
                    : new Endpoint(names[at], server.host(), server.port(), configuration, true, tls, options(tls));
        }
        return endpoints;
    }

    private PropertyConfiguration configuration() {
        PropertyConfiguration configuration = new PropertyConfiguration();
        if (settings.addpTimeout() > 0) {
            configuration.setOption("protocol", "addp");
            configuration.setOption("addp-timeout", String.valueOf(settings.addpTimeout()));
            configuration.setOption("addp-remote-timeout", String.valueOf(settings.addpRemoteTimeout()));
        }
        if (settings.charset() != null) {
            configuration.setOption("string-attributes-encoding", settings.charset());
        }
        return configuration;
    }

    private SSLExtendedOptions options(SSLContext tls) {
        boolean mutual = settings.sipTls().certificate() != null;
        String[] ciphers = tls.getDefaultSSLParameters().getCipherSuites();
        String[] protocols = tls.getDefaultSSLParameters().getProtocols();
        return new SSLExtendedOptions(mutual, ciphers, protocols, settings.sipHostChecked());
    }

    private static String address(Endpoint endpoint) {
        return endpoint == null ? "unknown" : endpoint.getHost() + ":" + endpoint.getPort();
    }

    private final class Messages implements MessageHandler {
        @Override
        public void onMessage(Message message) {
            heardAt = Time.now();
            if (!inbox.add(TServerLink.this, message)) {
                counters.add("messages_dropped", feed);
            }
        }
    }

    private final class ChannelEvents implements ChannelListener {
        @Override
        public void onChannelOpened(EventObject event) {
            heardAt = Time.now();
            inbox.add(new Item.Up(TServerLink.this, address(channel.getEndpoint())));
        }

        @Override
        public void onChannelClosed(ChannelClosedEvent event) {
            heardAt = Time.now();
            inbox.add(new Item.Down(TServerLink.this, Log.reason(event.getCause())));
        }

        @Override
        public void onChannelError(ChannelErrorEvent event) {
            // not critical: for example an attribute this Platform SDK does not know
            counters.add("channel_errors", feed);
        }
    }

    private final class StandbyEvents implements IWSHandler {
        @Override
        public void onChannelOpened(WSOpenedEvent event) {
            heardAt = Time.now();
        }

        @Override
        public void onChannelDisconnected(WSDisconnectedEvent event) {
            heardAt = Time.now();
        }

        @Override
        public void onEndpointTriedUnsuccessfully(WSTriedUnsuccessfullyEvent event) {
            heardAt = Time.now();
            String reason = Log.reason(event.getCause());
            String server = address(event.getEndpoint());
            Log.warning("SIP Server not reached", "feed", feed, "server", server, "reason", reason);
            if (event.isRestoringStopped()) {
                inbox.add(new Item.GivenUp(TServerLink.this, reason));
            }
        }

        @Override
        public void onAllEndpointsTriedUnsuccessfully(WSAllTriedUnsuccessfullyEvent event) {
            heardAt = Time.now();
            counters.add("rounds_without_server", feed);
        }
    }
}
