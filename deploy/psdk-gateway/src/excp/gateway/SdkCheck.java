package excp.gateway;

import excp.gateway.ClassReferences.Reference;
import java.io.IOException;
import java.lang.invoke.MethodType;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Compares the Platform SDK on the class path with what this gateway was compiled against, before anything of it is
 * used: a type or member that is missing is named now and not when it is needed in the middle of a call.
 */
final class SdkCheck {
    private static final String EVENTS = "com.genesyslab.platform.voice.protocol.tserver.events.";

    /** Which jar usually holds a package; by artifact names in public build files. */
    private static final Map<String, String> JARS = Map.of(
            "com.genesyslab.platform.voice.", "voiceprotocol",
            "com.genesyslab.platform.commons.protocol.", "protocol",
            "com.genesyslab.platform.commons.connection.", "connection",
            "com.genesyslab.platform.commons.collections.", "kvlists",
            "com.genesyslab.platform.commons.threading.", "commons",
            "com.genesyslab.platform.standby.", "warmstandbyappblock");

    /** All other methods that are used belong to an object. */
    private static final Set<String> STATIC_METHODS = Set.of("create", "valueOf", "deserialize");

    /** Events this gateway is glad of; their classes are not in the documents it is written by. */
    private static final Set<Integer> NOT_NEEDED = Set.of(MessageId.AGENT_LOGIN, MessageId.AGENT_LOGOUT);

    private final ClassLoader loader;
    private final List<String> missing = new ArrayList<>();
    private final Map<String, String> missingClasses = new TreeMap<>();

    private SdkCheck(ClassLoader loader) {
        this.loader = loader;
    }

    /** What is missing or different, one line each; empty when this Platform SDK will do. */
    static List<String> faults(ClassLoader loader) throws IOException {
        SdkCheck check = new SdkCheck(loader);
        Set<Reference> references = ClassReferences.ofThisProgram();
        references.forEach(check::check);
        long types = references.stream().map(Reference::owner).distinct().count();
        if (check.missingClasses.size() == types) {
            return List.of("everything: there is no Platform SDK on the class path at all");
        }
        if (check.missingClasses.isEmpty()) {
            check.checkCallbacks();
        }
        check.checkMessageIds();
        List<String> faults = new ArrayList<>();
        check.missingClasses.forEach((name, jar) -> faults.add(name + ": no such class" + jar));
        faults.addAll(check.missing);
        return faults;
    }

    private void check(Reference reference) {
        String owner = reference.owner().replace('/', '.');
        Class<?> type = load(owner);
        if (type == null || reference.isClass()) {
            return;
        }
        try {
            if (!Modifier.isPublic(type.getModifiers())) {
                missing.add(owner + ": is not public");
            } else if (type.isInterface() != reference.ofInterface() && !reference.isField()) {
                missing.add(owner + ": is " + (type.isInterface() ? "an interface" : "a class")
                        + " here, and was not in the Platform SDK this gateway is written for");
            } else if (!(reference.isField() ? hasField(type, reference) : hasExecutable(type, reference))) {
                missing.add(owner + ": has no public " + reference.name() + " " + reference.descriptor());
            }
        } catch (LinkageError e) {
            missing.add(owner + ": cannot be looked into, something it needs is missing: " + e.getMessage());
        }
    }

    private Class<?> load(String name) {
        try {
            return Class.forName(name, false, loader);
        } catch (ClassNotFoundException | LinkageError e) {
            String jar = JARS.entrySet().stream()
                    .filter(each -> name.startsWith(each.getKey()))
                    .map(each -> ", usually in " + each.getValue() + "-*.jar")
                    .findFirst()
                    .orElse(", usually in commons-*.jar");
            missingClasses.put(name, jar);
            return null;
        }
    }

    private static boolean hasField(Class<?> type, Reference reference) {
        for (Field field : type.getFields()) {
            if (field.getName().equals(reference.name())
                    && field.getType().descriptorString().equals(reference.descriptor())) {
                return true;
            }
        }
        return false;
    }

    private static boolean hasExecutable(Class<?> type, Reference reference) {
        if (reference.name().equals("<init>")) {
            for (Constructor<?> constructor : type.getConstructors()) {
                if (descriptor(constructor, void.class).equals(reference.descriptor())) {
                    return true;
                }
            }
            return false;
        }
        for (Method method : type.getMethods()) {
            if (method.getName().equals(reference.name())
                    && descriptor(method, method.getReturnType()).equals(reference.descriptor())
                    && Modifier.isStatic(method.getModifiers()) == STATIC_METHODS.contains(method.getName())) {
                return true;
            }
        }
        return false;
    }

    private static String descriptor(Executable executable, Class<?> result) {
        return MethodType.methodType(result, executable.getParameterTypes()).toMethodDescriptorString();
    }

    /** Our callbacks must have every method this Platform SDK may call. */
    private void checkCallbacks() {
        List<String> callbacks = List.of(
                "CallbackThread", "TServerLink$Messages", "TServerLink$ChannelEvents", "TServerLink$StandbyEvents");
        for (String name : callbacks) {
            try {
                Class<?> type = Class.forName("excp.gateway." + name, false, SdkCheck.class.getClassLoader());
                for (Method method : type.getMethods()) {
                    if (Modifier.isAbstract(method.getModifiers())) {
                        missing.add(method.getDeclaringClass().getName() + ": may call " + method.getName()
                                + ", which this gateway does not have");
                    }
                }
            } catch (ClassNotFoundException | LinkageError e) {
                missing.add("excp.gateway." + name + ": cannot be loaded: " + e.getMessage());
            }
        }
    }

    /** Messages are told apart by their ids, which the Platform SDK has as constants of the event classes. */
    private void checkMessageIds() {
        Map<Integer, String> all = new TreeMap<>(MessageId.OF_EVERY_FEED);
        for (Feed feed : Feed.values()) {
            all.putAll(feed.events);
        }
        all.forEach((id, name) -> {
            boolean ofCalls = Feed.CALL.events.containsKey(id);
            String className = (ofCalls ? CallMonitoringGetters.PACKAGE : EVENTS) + name;
            Class<?> type = load(className);
            if (type == null) {
                if (NOT_NEEDED.contains(id)) {
                    missingClasses.remove(className);
                }
                return;
            }
            try {
                int actual = type.getField("ID").getInt(null);
                if (actual != id) {
                    missing.add(type.getName() + ": its ID is " + actual + " here, " + id + " expected");
                }
            } catch (ReflectiveOperationException | LinkageError e) {
                missing.add(type.getName() + ": has no constant ID");
            }
        });
    }
}
