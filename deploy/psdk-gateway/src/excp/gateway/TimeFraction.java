package excp.gateway;

/**
 * The second half of a time stamp in microseconds. The Platform SDK's reference leaves open whether it gives them or
 * milliseconds; a setting says so, and a hundred values in a row that look like the other unit are told.
 */
final class TimeFraction {
    private static final int SUSPICIOUS = 100;

    private final boolean millis;
    private int inARow;

    TimeFraction(boolean millis) {
        this.millis = millis;
    }

    /** Null stays null. Called by one thread. */
    Integer micros(Integer value) {
        if (value == null) {
            return null;
        }
        boolean suspicious = millis ? value >= 1000 : value < 1000 && value > 0;
        inARow = suspicious ? inARow + 1 : value == 0 ? inARow : 0;
        if (inARow == SUSPICIOUS) {
            Log.warning(
                    millis
                            ? "the fractions of the event times are above 999: set GATEWAY_TIME_FRACTION=us"
                            : "all fractions of the event times are below 1000: set GATEWAY_TIME_FRACTION=ms");
        }
        return millis && value < 1000 ? Integer.valueOf(value * 1000) : value;
    }
}
