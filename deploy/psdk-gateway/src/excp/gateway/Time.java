package excp.gateway;

/** Milliseconds of a clock that only goes forward; not the time of day. */
final class Time {
    private Time() {}

    static long now() {
        return System.nanoTime() / 1_000_000;
    }
}
