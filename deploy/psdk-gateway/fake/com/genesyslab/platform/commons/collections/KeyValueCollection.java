package com.genesyslab.platform.commons.collections;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;

@SuppressWarnings({"rawtypes", "unchecked"})
public class KeyValueCollection extends KVList {
    private final List<Object> pairs = new ArrayList<>();

    @Override
    public Iterator iterator() {
        return pairs.iterator();
    }

    @Override
    public int size() {
        return pairs.size();
    }

    @Override
    public boolean add(Object pair) {
        return pairs.add((KeyValuePair) pair);
    }

    @Override
    public boolean addAll(Collection others) {
        return pairs.addAll(others);
    }
}
