package excp.gateway;

/** One entry of a key-value list: keys may repeat and their order counts, so a list is a List of these. */
record Pair(String key, Object value) {}
