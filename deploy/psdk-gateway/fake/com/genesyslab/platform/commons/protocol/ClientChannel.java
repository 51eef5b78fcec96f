package com.genesyslab.platform.commons.protocol;

import com.genesyslab.platform.commons.threading.AsyncInvoker;
import excp.gateway.FakeConnection;
import excp.gateway.FakeValues;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/** A channel to a simulated T-Server. Calls back on the invoker only, as the Platform SDK does. */
public class ClientChannel {
    protected String clientName = "";
    protected String clientPassword;

    private final List<ChannelListener> listeners = new CopyOnWriteArrayList<>();
    private MessageHandler handler;
    private AsyncInvoker invoker;
    private Endpoint endpoint;
    private long timeout = 30_000;
    private volatile FakeConnection connection;
    private volatile boolean references = true;
    private volatile CountDownLatch closed = new CountDownLatch(0);
    private int lastReference;

    public void setTimeout(long timeout) {
        this.timeout = timeout;
    }

    public Endpoint getEndpoint() {
        return endpoint;
    }

    public void addChannelListener(ChannelListener listener) {
        listeners.add(listener);
    }

    public void setMessageHandler(MessageHandler msgHandler) {
        if (connection != null) {
            throw new IllegalStateException("ChannelNotClosedException");
        }
        handler = msgHandler;
    }

    public void setInvoker(AsyncInvoker invoker) {
        this.invoker = invoker;
    }

    public synchronized void send(Message message) throws ProtocolException {
        FakeConnection open = connection;
        if (open == null) {
            throw new IllegalStateException("ChannelClosedOnSendException");
        }
        Map<String, Object> request = new LinkedHashMap<>(message.request());
        if (references) {
            message.reference(++lastReference);
            request.put("reference", lastReference);
        }
        try {
            open.send(request);
        } catch (IOException e) {
            throw new ProtocolException(e.toString());
        }
    }

    /** Open, or throw: what WarmStandby does with the channel it took over. */
    public void open(Endpoint to) throws ProtocolException {
        endpoint = to;
        try {
            FakeConnection made = new FakeConnection(to, (int) timeout);
            made.send(registration(to));
            List<Map<String, Object>> early = new ArrayList<>();
            Map<String, Object> answer = made.read();
            while (answer != null && answer.containsKey("id")) {
                early.add(answer);
                answer = made.read();
            }
            if (answer == null || !answer.containsKey("open")) {
                made.close();
                String reason = answer == null ? null : (String) answer.get("refused");
                throw reason == null ? new ProtocolException("no answer") : new RegistrationException(reason);
            }
            references = !Boolean.FALSE.equals(answer.get("references"));
            opened(made, early, "before".equals(answer.get("early")));
        } catch (IOException e) {
            throw new ProtocolException(e.toString());
        }
    }

    public void awaitClosed() throws InterruptedException {
        closed.await();
    }

    public void closeNow() {
        FakeConnection open = connection;
        if (open != null) {
            open.close();
        }
    }

    private Map<String, Object> registration(Endpoint to) {
        Map<String, Object> registration = new LinkedHashMap<>();
        registration.put("request", "open");
        registration.put("client", clientName);
        registration.put("password", clientPassword);
        registration.put("options", to.configuration.options);
        return registration;
    }

    private void opened(FakeConnection made, List<Map<String, Object>> early, boolean earlyFirst) {
        closed = new CountDownLatch(1);
        connection = made;
        if (earlyFirst) {
            early.forEach(this::deliver);
        }
        call(() -> listeners.forEach(each -> each.onChannelOpened(new ChannelErrorEvent(this))));
        if (!earlyFirst) {
            early.forEach(this::deliver);
        }
        Thread reading = new Thread(() -> readOn(made), "fake T-Server channel");
        reading.setDaemon(true);
        reading.start();
    }

    private void readOn(FakeConnection made) {
        Throwable cause = null;
        try {
            Map<String, Object> line = made.read();
            while (line != null) {
                deliver(line);
                line = made.read();
            }
        } catch (IOException e) {
            cause = e;
        }
        connection = null;
        made.close();
        Throwable reason = cause;
        call(() -> listeners.forEach(each -> each.onChannelClosed(new ChannelClosedEvent(this, reason))));
        closed.countDown();
    }

    private void deliver(Map<String, Object> line) {
        if (line.containsKey("channel_error")) {
            call(() -> listeners.forEach(each -> each.onChannelError(new ChannelErrorEvent(this))));
            return;
        }
        long times = line.get("burst") instanceof Long number ? number : 1;
        for (long time = 0; time < times; time++) {
            Message message = FakeValues.message(line);
            call(() -> handler.onMessage(message));
        }
    }

    private void call(Runnable callback) {
        invoker.invoke(() -> FakeValues.guarded(callback));
    }
}
