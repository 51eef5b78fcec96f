package excp.gateway;

import excp.gateway.SettingsReader.SettingsException;
import java.io.IOException;
import java.util.List;
import javax.net.ssl.SSLContext;

/**
 * Starts the gateway.
 *
 * <p>Without arguments it runs until SIGTERM. {@code --check} only checks the settings and the Platform SDK;
 * {@code --list-sdk} prints what it uses of the Platform SDK. Exit codes: 0 stopped or all well, 1 cannot run, 2 wrong
 * settings, 3 the Platform SDK lacks something.
 */
public final class Main {
    private static final int CANNOT_RUN = 1;
    private static final int WRONG_SETTINGS = 2;
    private static final int SDK_LACKS = 3;

    private Main() {}

    /** See the class. */
    public static void main(String[] arguments) throws IOException {
        String command = arguments.length == 0 ? "" : arguments[0];
        if (arguments.length > 1 || !List.of("", "--check", "--list-sdk").contains(command)) {
            fail(CANNOT_RUN, "usage: excp.gateway.Main [--check | --list-sdk]; settings come from the environment");
        }
        if (command.equals("--list-sdk")) {
            ClassReferences.ofThisProgram().forEach(System.out::println);
            return;
        }
        Settings settings = settings();
        checkSdk();
        try {
            List<String> unknown = Requests.unknownNames(settings);
            if (!unknown.isEmpty()) {
                fail(WRONG_SETTINGS, "this Platform SDK does not know " + String.join(", ", unknown));
            }
            run(settings, command.equals("--check"));
        } catch (LinkageError e) {
            fail(SDK_LACKS, "the Platform SDK on the class path cannot be used: " + Log.reason(e));
        }
    }

    private static Settings settings() {
        try {
            SettingsReader.setUpLog(System.getenv());
            return SettingsReader.read(System.getenv());
        } catch (SettingsException e) {
            fail(WRONG_SETTINGS, e.getMessage());
            throw new IllegalStateException(e);
        }
    }

    private static void checkSdk() throws IOException {
        List<String> faults = SdkCheck.faults(Main.class.getClassLoader());
        if (!faults.isEmpty()) {
            fail(SDK_LACKS, "the class path lacks what this gateway uses of the Platform SDK for Java (9.0):\n  "
                    + String.join("\n  ", faults)
                    + "\nPut all jars of the Platform SDK's lib folder on the class path: run.sh /path/to/lib");
        }
    }

    private static void run(Settings settings, boolean onlyCheck) {
        try {
            SSLContext tls = settings.tls() == null ? null : Tls.context(settings.tls());
            SSLContext sipTls = settings.sipTls() == null ? null : Tls.context(settings.sipTls());
            Counters counters = new Counters();
            CallMonitoringGetters getters = new CallMonitoringGetters(Main.class.getClassLoader(), counters);
            if (!getters.missing().isEmpty()) {
                Log.warning("this Platform SDK lacks getters; their attributes are left out", "getters",
                        getters.missing());
            }
            if (onlyCheck) {
                Log.info("settings and Platform SDK will do", "java", System.getProperty("java.version"));
                return;
            }
            serve(new Gateway(settings, getters, sipTls, counters), settings, tls);
        } catch (Tls.TlsException | IOException e) {
            fail(CANNOT_RUN, e.getMessage());
        }
    }

    private static void serve(Gateway gateway, Settings settings, SSLContext tls) throws IOException {
        Thread.setDefaultUncaughtExceptionHandler((thread, failure) -> {
            // a feed without its thread would be silent for ever: better to be started again by the supervisor
            Log.error("a thread failed, the gateway ends", "thread", thread.getName(), "reason", Log.reason(failure));
            failure.printStackTrace();
            Runtime.getRuntime().halt(CANNOT_RUN);
        });
        gateway.listen(tls);
        Metrics metrics = Metrics.start(settings.metricsPort(), gateway.counters);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            gateway.stop();
            metrics.stop();
            Runtime.getRuntime().halt(0);
        }, "stop"));
        gateway.serve();
    }

    private static void fail(int code, String message) {
        System.err.println("psdk-gateway: " + message);
        System.exit(code);
    }
}
