package excp.gateway;

import com.genesyslab.platform.commons.protocol.Message;

/**
 * What a feed asks of the SIP Server when its link is up, and again whenever what stands behind it changed: its role,
 * the events it wants, and (CALL) call monitoring. Used by the feed's thread only.
 *
 * <p>Which of these the Platform SDK repeats by itself after a switchover is not documented, so all are sent again,
 * and an error in answer to a repetition is no failure.
 */
final class Subscription {
    /** Several messages tell of one switchover; they are answered together, so much later (ms). */
    private static final int SOON = 200;
    private static final int AFTER_FAILURE = 1000;
    /** Until call monitoring that was refused is asked for again (ms). */
    private static final int AFTER_REFUSAL = 30_000;

    private static final String WEAKEST = "Default";

    /** The link. */
    interface Sender {
        Integer send(Message request) throws Exception;
    }

    private final Feed feed;
    private final Sender sender;
    private final Counters counters;
    private String monitoring;
    private Integer monitoringReference;
    private Integer markerReference;
    private int infos;
    private boolean repeated;
    private boolean nextRepeated;
    private long againAt = Long.MAX_VALUE;
    private String refusal;

    Subscription(Feed feed, Settings settings, Sender sender, Counters counters) {
        this.feed = feed;
        this.sender = sender;
        this.counters = counters;
        this.monitoring = settings.callMonitoring();
    }

    /** Why the feed cannot be had; null when it can. */
    String refusal() {
        return refusal;
    }

    /** Send everything, for the first time on this link. */
    void begin(long now) {
        nextRepeated = false;
        send(now);
    }

    /** Send everything again: what stands behind the link changed. */
    void beginSoon(long now) {
        nextRepeated = refusal == null;
        againAt = Math.min(againAt, now + SOON);
    }

    private void send(long now) {
        againAt = Long.MAX_VALUE;
        repeated = nextRepeated;
        refusal = null;
        infos = 0;
        markerReference = null;
        try {
            sender.send(Requests.queryServer());
            sender.send(Requests.inputMask(feed));
            if (feed == Feed.CALL) {
                monitoringReference = sender.send(Requests.startCallMonitoring(monitoring));
                markerReference = sender.send(Requests.queryServer());
            }
        } catch (Exception e) {
            Log.warning("subscription not sent", "feed", feed, "reason", Log.reason(e));
            againAt = now + AFTER_FAILURE;
        }
    }

    void askRole() {
        try {
            sender.send(Requests.queryServer());
        } catch (Exception e) {
            Log.debug("role not asked for", "feed", feed, "reason", Log.reason(e));
        }
    }

    void down() {
        againAt = Long.MAX_VALUE;
        refusal = null;
    }

    /** Let time pass; true when everything was sent again. */
    boolean tick(long now) {
        if (now < againAt) {
            return false;
        }
        send(now);
        return true;
    }

    /** An EventServerInfo: true when it answers the question that was sent after the start of call monitoring. */
    boolean marks(Integer reference) {
        infos++;
        return reference != null && markerReference != null ? reference.equals(markerReference) : infos >= 2;
    }

    /** Whether an EventError answers that question. */
    boolean isMarker(Integer reference) {
        return reference != null && reference.equals(markerReference);
    }

    /** An EventError: true when by it the feed cannot be had, see {@link #refusal}. */
    boolean failed(Integer reference, Integer code, String message, long now) {
        if (reference == null || !reference.equals(monitoringReference)) {
            return false;
        }
        if (repeated) {
            counters.add("call_monitoring", "error_when_repeated");
            return false;
        }
        Log.error("call monitoring refused", "mode", monitoring, "code", code, "reason", message);
        if (!monitoring.equals(WEAKEST)) {
            monitoring = WEAKEST;
            againAt = now;
            return false;
        }
        refusal = "the SIP Server refuses call monitoring: " + code + " " + message;
        againAt = now + AFTER_REFUSAL;
        return true;
    }
}
