package excp.gateway;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;

/** Writes the certificate and the key of a key store as PEM files: for the tests of TLS. */
public final class PemExport {
    private PemExport() {}

    /** Arguments: password, then key stores; each `x.p12` with the alias `x` gives `x.pem` and `x.key` beside it. */
    public static void main(String[] arguments) throws Exception {
        char[] password = arguments[0].toCharArray();
        for (int at = 1; at < arguments.length; at++) {
            Path store = Path.of(arguments[at]);
            String name = store.getFileName().toString().replace(".p12", "");
            KeyStore keys = KeyStore.getInstance(new File(arguments[at]), password);
            write(store.resolveSibling(name + ".pem"), "CERTIFICATE", keys.getCertificate(name).getEncoded());
            write(store.resolveSibling(name + ".key"), "PRIVATE KEY", keys.getKey(name, password).getEncoded());
        }
    }

    private static void write(Path file, String what, byte[] content) throws Exception {
        String body = Base64.getMimeEncoder().encodeToString(content);
        Files.writeString(file, "-----BEGIN " + what + "-----\n" + body + "\n-----END " + what + "-----\n");
    }
}
