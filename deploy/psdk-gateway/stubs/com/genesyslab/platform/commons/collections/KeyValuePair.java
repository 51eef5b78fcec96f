package com.genesyslab.platform.commons.collections;

public class KeyValuePair extends Pair {}
