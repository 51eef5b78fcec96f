package excp.gateway;

import excp.gateway.Settings.Address;
import excp.gateway.Settings.AddressTypes;
import excp.gateway.Settings.Pem;
import excp.gateway.Settings.SnapshotComplete;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Makes settings of the environment. Every fault is found, not only the first; no message holds a password. */
final class SettingsReader {
    static final String PREFIX = "GATEWAY_";

    private static final List<String> ADDRESS_TYPES = List.of(
            "Unknown", "DN", "Position", "Queue", "RouteDN", "Trunk", "VoiceChannel", "DataChannel", "Announcement",
            "ASAI", "ACDGroup", "VSP", "RouteQueue", "AgentID", "Other");
    private static final List<String> MONITORING = List.of(
            "Default", "Monitor", "Control", "NoSync", "DefaultNoSync", "NoPartyEvents", "NoPartyEventsNoSync",
            "NoCallEvents", "NoInternalPartyEvents", "NoInternalPartyEventsNoSync");

    private final Map<String, String> environment;
    private final List<String> faults = new ArrayList<>();
    private final Set<String> known = new HashSet<>();

    /** The settings are wrong; the message lists every fault. */
    static final class SettingsException extends Exception {
        private static final long serialVersionUID = 1;

        SettingsException(List<String> faults) {
            super("wrong settings:\n  " + String.join("\n  ", faults));
        }
    }

    private SettingsReader(Map<String, String> environment) {
        this.environment = environment;
    }

    static Settings read(Map<String, String> environment) throws SettingsException {
        SettingsReader reader = new SettingsReader(environment);
        Settings settings = reader.settings();
        reader.findUnknown();
        if (!reader.faults.isEmpty()) {
            throw new SettingsException(reader.faults);
        }
        return settings;
    }

    /** Read before everything else, so that also the faults of the settings are logged in the wanted form. */
    static void setUpLog(Map<String, String> environment) throws SettingsException {
        SettingsReader reader = new SettingsReader(environment);
        String level = reader.choice("LOG_LEVEL", "INFO", List.of("DEBUG", "INFO", "WARNING", "ERROR"));
        String format = reader.choice("LOG_FORMAT", "text", List.of("text", "json"));
        if (!reader.faults.isEmpty()) {
            throw new SettingsException(reader.faults);
        }
        Log.setUp(Log.Level.valueOf(level), format.equals("json"));
    }

    private Settings settings() {
        known.addAll(List.of("GATEWAY_LOG_LEVEL", "GATEWAY_LOG_FORMAT"));
        List<Address> servers = servers();
        Address listen = address("LISTEN", text("LISTEN", "127.0.0.1:8050"), 0);
        return new Settings(
                servers,
                text("SERVER_NAME", servers.isEmpty() ? "" : servers.get(0).toString()),
                feeds(),
                listen == null ? "" : listen.host(),
                listen == null ? 0 : listen.port(),
                listenTls(),
                sipTls(),
                choice("SIP_TLS_CHECK_HOST", "true", List.of("true", "false")).equals("true"),
                text("CLIENT_NAME", "EXCP"),
                secret("CLIENT_PASSWORD_FILE"),
                charset(),
                whole("ADDP_TIMEOUT", 10, 0, 3600),
                whole("ADDP_REMOTE_TIMEOUT", 10, 0, 3600),
                millis("OPEN_TIMEOUT", "10", 0.1, 300),
                millis("RETRY_DELAY", "2", 0.05, 300),
                new AddressTypes(
                        several("VQ_ADDRESS_TYPES", "Queue,DN", ADDRESS_TYPES),
                        several("AGENT_ADDRESS_TYPES", "DN", ADDRESS_TYPES)),
                choice("CALL_MONITORING", "Default", MONITORING),
                whole("REGISTER_WINDOW", 100, 1, 100_000),
                millis("REGISTER_TIMEOUT", "10", 0.05, 600),
                millis("KEEP_REGISTERED", "60", 0.05, 86_400),
                SnapshotComplete.valueOf(choice("SNAPSHOT_COMPLETE", "proven", List.of("never", "proven", "settled"))
                        .toUpperCase(Locale.ROOT)),
                millis("SNAPSHOT_QUIET", "3", 0.05, 60),
                choice("TIME_FRACTION", "us", List.of("us", "ms")).equals("ms"),
                whole("INBOX", 20_000, 10, 10_000_000),
                whole("CLIENT_BUFFER", 32, 1, 1024) << 20,
                whole("CLIENTS_MAX", 64, 1, 10_000),
                millis("LINK_WAIT", "10", 0, 60),
                millis("HEARTBEAT", "5", 0.05, 3600),
                metricsPort());
    }

    private List<Address> servers() {
        String value = text("SIP_SERVER", "");
        List<Address> servers = new ArrayList<>();
        if (value.isEmpty()) {
            fault("SIP_SERVER", "not set: host:port/host:port of the SIP Server pair, or host:port of one alone");
            return servers;
        }
        String[] parts = value.split("/", -1);
        if (parts.length > 2) {
            fault("SIP_SERVER", "a pair has two servers at most: host:port/host:port");
        }
        for (String part : parts) {
            Address address = address("SIP_SERVER", part, 1);
            if (address != null) {
                servers.add(address);
            }
        }
        return servers;
    }

    private Address address(String name, String value, int lowest) {
        int colon = value.lastIndexOf(':');
        try {
            String host = colon < 0 ? "" : value.substring(0, colon).strip().replaceAll("^\\[|]$", "");
            int port = Integer.parseInt(value.substring(colon + 1).strip());
            if (!host.isEmpty() && port >= lowest && port < 65536) {
                return new Address(host, port);
            }
        } catch (NumberFormatException e) {
            // told below, with every other way of being wrong
        }
        fault(name, "'" + value + "' is not host:port");
        return null;
    }

    private Set<Feed> feeds() {
        Set<Feed> feeds = EnumSet.noneOf(Feed.class);
        for (String name : several("FEEDS", "VQ,AGENT,CALL", List.of("VQ", "AGENT", "CALL"))) {
            feeds.add(Feed.valueOf(name));
        }
        return feeds;
    }

    private Pem listenTls() {
        Path certificate = file("TLS_CERTIFICATE");
        Path key = file("TLS_KEY");
        Path ca = file("TLS_CLIENT_CA");
        bothOrNone("TLS_CERTIFICATE", certificate, "TLS_KEY", key);
        if (ca != null && certificate == null) {
            fault("TLS_CLIENT_CA", "needs TLS_CERTIFICATE and TLS_KEY of this gateway");
        }
        return certificate == null ? null : new Pem(certificate, key, ca);
    }

    private Pem sipTls() {
        boolean wanted = choice("SIP_TLS", "false", List.of("true", "false")).equals("true");
        Path certificate = file("SIP_TLS_CERTIFICATE");
        Path key = file("SIP_TLS_KEY");
        Path ca = file("SIP_TLS_CA");
        bothOrNone("SIP_TLS_CERTIFICATE", certificate, "SIP_TLS_KEY", key);
        if (!wanted && (certificate != null || ca != null)) {
            fault("SIP_TLS", "is false, but TLS files for the SIP Server are given: set it to true");
        }
        return wanted ? new Pem(certificate, key, ca) : null;
    }

    private void bothOrNone(String name, Path first, String other, Path second) {
        if ((first == null) != (second == null)) {
            fault(first == null ? name : other, "set both " + PREFIX + name + " and " + PREFIX + other + ", or none");
        }
    }

    private Path file(String name) {
        String value = text(name, "");
        if (value.isEmpty()) {
            return null;
        }
        Path path = Path.of(value);
        if (!usable(path)) {
            fault(name, "'" + value + "' is no file that can be read");
        }
        return path;
    }

    private static boolean usable(Path path) {
        return Files.isRegularFile(path) && Files.isReadable(path);
    }

    private String secret(String name) {
        Path path = file(name);
        if (path == null || !usable(path)) {
            return null;
        }
        try {
            return Files.readString(path).strip();
        } catch (IOException e) {
            fault(name, "'" + path + "' cannot be read");
            return null;
        }
    }

    private String charset() {
        String value = text("CHARSET", "");
        if (value.isEmpty()) {
            return null;
        }
        try {
            if (Charset.isSupported(value)) {
                return value;
            }
        } catch (IllegalCharsetNameException e) {
            // told below
        }
        fault("CHARSET", "'" + value + "' is no character set this Java knows, such as UTF-8 or windows-1252");
        return null;
    }

    private Integer metricsPort() {
        return text("METRICS_PORT", "").isEmpty() ? null : Integer.valueOf(whole("METRICS_PORT", 0, 0, 65535));
    }

    private List<String> several(String name, String byDefault, List<String> allowed) {
        List<String> values = new ArrayList<>();
        for (String value : text(name, byDefault).split(",")) {
            if (allowed.contains(value.strip())) {
                values.add(value.strip());
            } else {
                fault(name, "'" + value.strip() + "' is none of " + String.join(", ", allowed));
            }
        }
        return values;
    }

    private String choice(String name, String byDefault, List<String> allowed) {
        String value = text(name, byDefault);
        if (allowed.contains(value)) {
            return value;
        }
        fault(name, "'" + value + "' is none of " + String.join(", ", allowed));
        return byDefault;
    }

    private int whole(String name, int byDefault, int lowest, int highest) {
        String value = text(name, String.valueOf(byDefault));
        try {
            int number = Integer.parseInt(value);
            if (number >= lowest && number <= highest) {
                return number;
            }
        } catch (NumberFormatException e) {
            // told below
        }
        fault(name, "'" + value + "' is no whole number from " + lowest + " to " + highest);
        return byDefault;
    }

    private int millis(String name, String byDefault, double lowest, double highest) {
        String value = text(name, byDefault);
        try {
            double seconds = Double.parseDouble(value);
            if (seconds >= lowest && seconds <= highest) {
                return (int) Math.round(seconds * 1000);
            }
        } catch (NumberFormatException e) {
            // told below
        }
        fault(name, "'" + value + "' is no number of seconds from " + lowest + " to " + highest);
        return 0;
    }

    private String text(String name, String byDefault) {
        known.add(PREFIX + name);
        String value = environment.get(PREFIX + name);
        return value == null || value.isBlank() ? byDefault : value.strip();
    }

    private void findUnknown() {
        environment.keySet().stream()
                .filter(name -> name.startsWith(PREFIX) && !known.contains(name))
                .sorted()
                .forEach(name -> faults.add(name + ": there is no such setting; see the README"));
    }

    private void fault(String name, String what) {
        faults.add(PREFIX + name + ": " + what);
    }
}
