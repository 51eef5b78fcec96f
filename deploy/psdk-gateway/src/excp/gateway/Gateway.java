package excp.gateway;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;

/** The gateway: its feeds, and the clients that connect to it. */
final class Gateway {
    private static final int STOP_WITHIN = 8000;
    private static final int TOTALS_EVERY = 60;

    final Counters counters;

    private final Settings settings;
    private final Map<Feed, FeedWorker> feeds = new EnumMap<>(Feed.class);
    private final Map<Feed, Thread> threads = new EnumMap<>(Feed.class);
    private final Set<Client> clients = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "timer");
        thread.setDaemon(true);
        return thread;
    });
    private ServerSocket listener;
    private volatile boolean stopping;
    private Map<String, Object> toldTotals = Map.of();

    Gateway(Settings settings, CallMonitoringGetters getters, SSLContext sipTls, Counters counters) {
        this.settings = settings;
        this.counters = counters;
        for (Feed feed : settings.feeds()) {
            EventReader reader = new EventReader(
                    getters,
                    new KeyValueLists(counters, settings.charset()),
                    new TimeFraction(settings.fractionMillis()),
                    counters);
            FeedWorker worker = new FeedWorker(feed, settings, sipTls, reader, counters);
            feeds.put(feed, worker);
            threads.put(feed, new Thread(worker, "feed " + feed));
        }
    }

    /** Take the address. Throws IOException when it cannot be listened on. */
    void listen(SSLContext tls) throws IOException {
        listener = tls == null ? new ServerSocket() : tls.getServerSocketFactory().createServerSocket();
        if (listener instanceof SSLServerSocket secured) {
            secured.setNeedClientAuth(settings.tls().ca() != null);
        }
        listener.setReuseAddress(true);
        listener.bind(new InetSocketAddress(InetAddress.getByName(settings.listenHost()), settings.listenPort()));
    }

    /** Serve until stopped. */
    void serve() {
        threads.values().forEach(Thread::start);
        timer.scheduleAtFixedRate(this::tellTotals, TOTALS_EVERY, TOTALS_EVERY, TimeUnit.SECONDS);
        Log.info("gateway listens", "address", settings.listenHost(), "port", listener.getLocalPort(),
                "sip_servers", settings.sipServers(), "feeds", settings.feeds(), "tls", settings.tls() != null);
        while (!stopping) {
            try {
                accept(listener.accept());
            } catch (IOException e) {
                if (!stopping) {
                    Log.warning("connection not accepted", "reason", Log.reason(e));
                    pause();
                }
            }
        }
    }

    /** Say goodbye to the clients, close the T-Server channels, tell the totals. */
    void stop() {
        stopping = true;
        try {
            listener.close();
        } catch (IOException e) {
            Log.debug("listener not closed", "reason", Log.reason(e));
        }
        feeds.values().forEach(feed -> feed.inbox.add(new Item.Stop()));
        clients.forEach(client -> client.end(Line.bye("the gateway stops")));
        long until = Time.now() + STOP_WITHIN;
        try {
            for (Thread thread : threads.values()) {
                thread.join(Math.max(1, until - Time.now()));
            }
            while (!clients.isEmpty() && Time.now() < until) {
                TimeUnit.MILLISECONDS.sleep(20);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Log.info("gateway stopped", "totals", counters.all());
    }

    /** The feed; null when this gateway does not have it. */
    FeedWorker feed(Feed feed) {
        return feeds.get(feed);
    }

    /** What a client is told before it subscribed: primary only if all feeds have a primary. */
    Role role() {
        return feeds.values().stream().allMatch(feed -> feed.role() == Role.PRIMARY) ? Role.PRIMARY : Role.BACKUP;
    }

    byte[] hello(Role role) {
        String session = "";
        for (FeedWorker feed : feeds.values()) {
            session = session.isEmpty() ? feed.session() : session;
        }
        double heartbeat = settings.heartbeat() / 1000.0;
        return Line.hello(settings.serverName(), role, session, Version.SOFTWARE, heartbeat);
    }

    void later(Runnable task, long millis) {
        timer.schedule(task, millis, TimeUnit.MILLISECONDS);
    }

    void forget(Client client) {
        clients.remove(client);
    }

    private void accept(Socket socket) {
        Client client = new Client(socket, this, settings);
        if (clients.size() >= settings.clientsMax()) {
            Log.warning("connection refused: there are GATEWAY_CLIENTS_MAX clients", "client", client);
            counters.add("clients_ended", "too_many_clients");
            try {
                socket.close();
            } catch (IOException e) {
                Log.debug("socket not closed", "reason", Log.reason(e));
            }
            return;
        }
        clients.add(client);
        client.start();
    }

    /** What fails now, for example for want of file descriptors, fails again at once. */
    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(100);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void tellTotals() {
        Map<String, Object> totals = counters.all();
        if (!totals.equals(toldTotals)) {
            Log.info("totals", "totals", totals);
            toldTotals = totals;
        }
    }
}
