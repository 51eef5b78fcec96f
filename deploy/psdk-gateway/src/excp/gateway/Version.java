package excp.gateway;

/** This program, as it names itself. */
final class Version {
    static final String SOFTWARE = "EXCP PSDK gateway 0.1.0";

    private Version() {}
}
