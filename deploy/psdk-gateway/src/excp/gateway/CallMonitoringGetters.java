package excp.gateway;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The getters that only the seven call monitoring events have. They are on no common interface, so each class has its
 * own; they are looked up at the start, and one that a Platform SDK does not have costs that attribute only.
 */
final class CallMonitoringGetters {
    static final String PACKAGE = "com.genesyslab.platform.voice.protocol.tserver.events.callmonitoring.";

    /** TLib attribute and the getter of it. */
    static final Map<String, String> GETTERS = new LinkedHashMap<>();

    static {
        GETTERS.put("DN", "getDN");
        GETTERS.put("PartyState", "getPartyState");
        GETTERS.put("PartyType", "getPartyType");
        GETTERS.put("RefParty", "getRefParty");
        GETTERS.put("CtrlParty", "getCtrlParty");
        GETTERS.put("DialedNumber", "getDialedNumber");
        GETTERS.put("ISLinkList", "getISLinkList");
        GETTERS.put("OriginConnID", "getOriginConnID");
        GETTERS.put("RefConnID", "getRefConnID");
        GETTERS.put("CMTimeStamp", "getCMTimeStamp");
        GETTERS.put("DBID", "getDbid");
    }

    private final Map<Integer, Map<String, MethodHandle>> byEvent = new HashMap<>();
    private final List<String> missing = new ArrayList<>();
    private final Counters counters;

    CallMonitoringGetters(ClassLoader loader, Counters counters) {
        this.counters = counters;
        Feed.CALL.events.forEach((id, name) -> byEvent.put(id, handles(loader, name)));
    }

    /** Getters this Platform SDK does not have, as `EventX.getY`. */
    List<String> missing() {
        return missing;
    }

    /** The event's attributes that the common getters do not give; absent ones are left out. */
    Map<String, Object> read(int id, Object event) {
        Map<String, Object> values = new LinkedHashMap<>();
        byEvent.getOrDefault(id, Map.of()).forEach((attribute, getter) -> {
            try {
                Object value = getter.invoke(event);
                if (value != null) {
                    values.put(attribute, value);
                }
            } catch (Throwable e) { // a method handle throws whatever the getter throws
                counters.add("attributes_unreadable", attribute);
            }
        });
        return values;
    }

    private Map<String, MethodHandle> handles(ClassLoader loader, String event) {
        Map<String, MethodHandle> handles = new LinkedHashMap<>();
        GETTERS.forEach((attribute, getter) -> {
            try {
                Method method = Class.forName(PACKAGE + event, false, loader).getMethod(getter);
                handles.put(attribute, MethodHandles.publicLookup().unreflect(method));
            } catch (ReflectiveOperationException | LinkageError e) {
                missing.add(event + "." + getter);
            }
        });
        return handles;
    }
}
