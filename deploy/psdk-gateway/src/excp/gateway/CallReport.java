package excp.gateway;

import excp.gateway.Settings.SnapshotComplete;
import java.util.HashSet;
import java.util.Set;

/**
 * The server's re-report of the calls that live, after call monitoring was started: when it is over, and whether it
 * was complete. The T-Library marks neither, so both are concluded, and in doubt the report is not complete.
 *
 * <p>Over: the server has answered a request sent after the start of monitoring (it answers in order, an assumption),
 * and for a while no event came that looks re-reported. Or too long has passed; then the report is not complete.
 *
 * <p>An event looks re-reported when it tells of a call known from before, carries an ISLinkList (EventCallCreated has
 * one only when re-reported), or is older than the start of monitoring by the server's own clock.
 *
 * <p>Complete: it ended by the answer, on a primary, and a re-reported call was seen now or earlier in this process:
 * only then this server is known to re-report at all (SnapshotComplete.PROVEN; SETTLED does without that proof).
 */
final class CallReport {
    /** After so long the report counts as over, however it stands (ms). */
    static final int LONGEST = 60_000;
    /** How much older than the start an event must be to be no live one (µs). */
    private static final long CLEARLY_OLDER = 2_000_000;

    private final SnapshotComplete rule;
    private final int quiet;

    private boolean running;
    private boolean complete;
    private boolean everProven;
    private long begunAt;
    private Long begunServerTime;
    private long reportedAt;
    private boolean answered;
    private int reported;
    private Set<String> knownBefore = Set.of();

    CallReport(SnapshotComplete rule, int quiet) {
        this.rule = rule;
        this.quiet = quiet;
    }

    boolean running() {
        return running;
    }

    /** Whether what is known of the calls is all there is; false while the report runs. */
    boolean complete() {
        return complete;
    }

    int reported() {
        return reported;
    }

    /** Monitoring is (re)started. */
    void begin(Set<String> known, long now) {
        Set<String> before = new HashSet<>(known);
        if (running) {
            before.addAll(knownBefore);
        }
        knownBefore = before;
        running = true;
        complete = false;
        answered = false;
        begunAt = now;
        reportedAt = now;
        begunServerTime = null;
        reported = 0;
    }

    /** The link is down, or nothing can be known any more. */
    void abort() {
        running = false;
        complete = false;
        knownBefore = Set.of();
    }

    /** The server told its time while nothing was re-reported yet. */
    void serverTime(Long time) {
        if (running && begunServerTime == null && time != null) {
            begunServerTime = time;
        }
    }

    /** The server answered the request that was sent after the start of monitoring. */
    void answered(long now) {
        if (running && !answered) {
            answered = true;
            reportedAt = Math.max(reportedAt, now);
        }
    }

    /** An event of the feed CALL. */
    void follow(TlibEvent event, long now) {
        if (running && looksReported(event)) {
            reportedAt = now;
            if (event.id() == MessageId.CALL_CREATED) {
                reported++;
                everProven = true;
            }
        }
    }

    /** Let time pass; true when the report is over now. */
    boolean tick(Role role, boolean allKept, long now) {
        if (!running || !(answered && now - reportedAt >= quiet) && now - begunAt < LONGEST) {
            return false;
        }
        running = false;
        boolean proven = everProven || rule == SnapshotComplete.SETTLED;
        boolean settled = answered && now - begunAt < LONGEST;
        complete = rule != SnapshotComplete.NEVER && settled && proven && role == Role.PRIMARY && allKept;
        knownBefore = Set.of();
        return true;
    }

    private boolean looksReported(TlibEvent event) {
        if (event.id() != MessageId.CALL_CREATED && event.id() != MessageId.CALL_PARTY_ADDED) {
            return false;
        }
        String uuid = event.text("CallUUID");
        boolean linked = event.id() == MessageId.CALL_CREATED && event.attributes().containsKey("ISLinkList");
        Long time = event.time();
        boolean older = time != null && begunServerTime != null && time < begunServerTime - CLEARLY_OLDER;
        return linked || older || uuid != null && knownBefore.contains(uuid);
    }
}
