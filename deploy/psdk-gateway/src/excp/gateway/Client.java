package excp.gateway;

import excp.gateway.ClientFrame.BadFrameException;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.concurrent.BlockingDeque;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;

/**
 * A connection of an ingest. One thread reads what it says, another writes; what is to be written waits in a bounded
 * queue, so that no feed ever waits for a client.
 */
final class Client {
    private static final int SILENT_BEATS = 3;
    /** How long a client may take to read the last word before it is cut off (ms). */
    private static final int LAST_WORD = 3000;

    private static final byte[] END = {};

    private final Socket socket;
    private final Gateway gateway;
    private final Settings settings;
    private final BlockingDeque<byte[]> queue = new LinkedBlockingDeque<>();
    private final AtomicLong waiting = new AtomicLong();
    private final AtomicBoolean ended = new AtomicBoolean();
    private final AtomicBoolean gone = new AtomicBoolean();

    /** Who it is, for logs: its address until it said its name. */
    private volatile String name;

    private FeedWorker feed;
    private boolean greeted;
    private volatile Role toldRole;

    Client(Socket socket, Gateway gateway, Settings settings) {
        this.socket = socket;
        this.gateway = gateway;
        this.settings = settings;
        this.name = String.valueOf(socket.getRemoteSocketAddress());
    }

    void start() {
        new Thread(this::read, "reads " + name).start();
    }

    /** What this client was told last of the server's role. */
    Role toldRole() {
        return toldRole;
    }

    /** Send a frame; does nothing when the connection is ended. Never waits. */
    void send(byte[] line) {
        if (ended.get()) {
            return;
        }
        queue.add(line);
        if (waiting.addAndGet(line.length) > settings.clientBuffer()) {
            gateway.counters.add("clients_ended", "overflow");
            if (ended.compareAndSet(false, true)) {
                queue.clear();
                last(Line.error("overflow", "the client left " + (settings.clientBuffer() >> 20) + " MiB unread"));
            }
        }
    }

    /** Send `role` unless the client knows it. */
    void tellRole(Role role) {
        if (toldRole == null || !toldRole.wire().equals(role.wire())) {
            toldRole = role;
            send(Line.role(role));
        }
    }

    /** Say a last word, after what waits, and close. */
    void end(byte[] line) {
        if (ended.compareAndSet(false, true)) {
            last(line);
        }
    }

    void refuse(String code, String message) {
        gateway.counters.add("clients_ended", code);
        Log.warning("client refused", "client", name, "code", code, "reason", message);
        end(Line.error(code, message));
    }

    @Override
    public String toString() {
        return name;
    }

    private void last(byte[] line) {
        queue.add(line);
        queue.add(END);
        gateway.later(this::cut, LAST_WORD);
    }

    private void cut() {
        try {
            socket.close();
        } catch (IOException e) {
            Log.debug("socket not closed", "client", name, "reason", Log.reason(e));
        }
    }

    private void read() {
        try {
            socket.setSoTimeout(SILENT_BEATS * settings.heartbeat());
            socket.setTcpNoDelay(true);
            if (socket instanceof SSLSocket tls) {
                tls.startHandshake();
            }
            toldRole = gateway.role();
            send(gateway.hello(toldRole));
            new Thread(this::write, "writes to " + name).start();
            readLines(new LineReader(socket.getInputStream()));
        } catch (SocketTimeoutException e) {
            refuse("heartbeat_lost", "nothing heard for " + SILENT_BEATS + " heartbeats");
        } catch (LineReader.LineException e) {
            refuse(e.code, e.getMessage());
        } catch (IOException e) {
            if (e instanceof SSLException && !greeted) {
                gateway.counters.add("clients_ended", "tls");
                Log.warning("client refused, TLS failed", "client", name, "reason", Log.reason(e));
            } else {
                Log.debug("client connection failed", "client", name, "reason", Log.reason(e));
            }
            leave();
        } catch (RuntimeException e) {
            Log.error("client connection failed by a fault of this gateway", "client", name, "reason", Log.reason(e));
            leave();
        }
        drain();
        leave();
    }

    private void readLines(LineReader lines) throws IOException, LineReader.LineException {
        byte[] line = lines.next();
        while (line != null && !ended.get()) {
            take(line);
            line = lines.next();
        }
        if (line == null) {
            leave();
        }
    }

    /** After the last word: read until the other side closes, else closing would destroy what it has not read. */
    private void drain() {
        byte[] nowhere = new byte[1 << 16];
        try {
            while (!gone.get() && socket.getInputStream().read(nowhere) >= 0) {
                continue;
            }
        } catch (IOException e) {
            Log.debug("client connection closed", "client", name, "reason", Log.reason(e));
        }
    }

    /** The connection is over. */
    private void leave() {
        ended.set(true);
        if (gone.compareAndSet(false, true)) {
            queue.addFirst(END);
            if (feed != null) {
                feed.inbox.add(new Item.Gone(this));
            }
            cut();
            gateway.forget(this);
            Log.info("client gone", "client", name, "feed", feed == null ? null : feed.feed);
        }
    }

    private void take(byte[] line) {
        ClientFrame frame;
        try {
            frame = ClientFrame.read(line);
        } catch (BadFrameException e) {
            refuse("bad_frame", e.getMessage());
            return;
        }
        if (frame instanceof ClientFrame.Unknown) {
            return;
        }
        if (!greeted) {
            greet(frame);
        } else if (frame instanceof ClientFrame.Bye) {
            leave();
        } else if (frame instanceof ClientFrame.Error error) {
            Log.warning("client reports an error", "client", name, "code", error.code(), "reason", error.message());
            if (error.fatal()) {
                leave();
            }
        } else {
            obey(frame);
        }
    }

    private void greet(ClientFrame frame) {
        if (!(frame instanceof ClientFrame.Hello hello)) {
            refuse("hello_expected", "the first frame has to be a hello");
        } else if (hello.protocol() != Line.PROTOCOL) {
            refuse("protocol_version", "this gateway speaks protocol " + Line.PROTOCOL + ", not " + hello.protocol());
        } else {
            greeted = true;
            name = hello.client() + " at " + socket.getRemoteSocketAddress();
            try {
                socket.setSoTimeout((int) Math.ceil(SILENT_BEATS * hello.heartbeat() * 1000));
            } catch (IOException e) {
                leave();
            }
        }
    }

    private void obey(ClientFrame frame) {
        if (frame instanceof ClientFrame.Subscribe subscribe) {
            subscribe(subscribe);
        } else if (frame instanceof ClientFrame.Hello) {
            refuse("bad_frame", "a second hello");
        } else if (!(frame instanceof ClientFrame.Heartbeat)) {
            if (feed == null) {
                refuse("not_subscribed", "the feed has to be subscribed first");
            } else if (frame instanceof ClientFrame.AskSnapshot) {
                feed.inbox.add(new Item.AskSnapshot(this));
            } else if (!feed.feed.hasDns()) {
                refuse("bad_feed", "the feed CALL has no DNs");
            } else if (frame instanceof ClientFrame.Register register) {
                feed.inbox.add(new Item.Register(this, register.dns()));
            } else if (frame instanceof ClientFrame.Unregister unregister) {
                feed.inbox.add(new Item.Unregister(this, unregister.dns()));
            }
        }
    }

    private void subscribe(ClientFrame.Subscribe subscribe) {
        FeedWorker worker = gateway.feed(subscribe.feed());
        if (feed != null) {
            refuse("already_subscribed", "this connection has the feed " + feed.feed);
        } else if (worker == null) {
            refuse("bad_feed", "this gateway does not have the feed " + subscribe.feed());
        } else if (!worker.feed.hasDns() && !subscribe.dns().isEmpty()) {
            refuse("bad_feed", "the feed CALL has no DNs");
        } else {
            feed = worker;
            Log.info("client subscribes", "client", name, "feed", worker.feed, "dns", subscribe.dns().size());
            worker.inbox.add(new Item.Subscribe(this, subscribe.dns()));
        }
    }

    private void write() {
        long beat = Math.max(20, settings.heartbeat() * 9L / 10);
        try {
            OutputStream out = new BufferedOutputStream(socket.getOutputStream(), 1 << 16);
            while (true) {
                byte[] line = queue.poll(beat, TimeUnit.MILLISECONDS);
                if (line == END) {
                    out.flush();
                    socket.shutdownOutput();
                    return;
                }
                out.write(line == null ? Line.heartbeat() : line);
                waiting.addAndGet(line == null ? 0 : -line.length);
                if (queue.isEmpty()) {
                    out.flush();
                }
            }
        } catch (IOException e) {
            Log.debug("client not written to", "client", name, "reason", Log.reason(e));
            leave();
        } catch (InterruptedException e) {
            leave();
        }
    }
}
