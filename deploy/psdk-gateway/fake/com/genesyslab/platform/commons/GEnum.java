package com.genesyslab.platform.commons;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiFunction;

public abstract class GEnum {
    private final int ordinal;
    private final String name;

    protected GEnum(int ordinal, String name) {
        this.ordinal = ordinal;
        this.name = name;
    }

    public int ordinal() {
        return ordinal;
    }

    public String name() {
        return name;
    }

    /** The members by name, numbered from `first`. */
    protected static <E extends GEnum> Map<String, E> members(
            BiFunction<Integer, String, E> make, int first, String names) {
        Map<String, E> members = new LinkedHashMap<>();
        for (String name : names.split(" ")) {
            members.put(name, make.apply(first + members.size(), name));
        }
        return members;
    }
}
