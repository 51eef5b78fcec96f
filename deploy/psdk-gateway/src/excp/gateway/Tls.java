package excp.gateway;

import excp.gateway.Settings.Pem;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/** Makes a TLS context of PEM files. */
final class Tls {
    private static final Pattern KEY =
            Pattern.compile("-----BEGIN (.*)PRIVATE KEY-----([^-]*)-----END .*PRIVATE KEY-----");
    private static final char[] NO_PASSWORD = {};

    /** The files cannot be used; the message says which and why. */
    static final class TlsException extends Exception {
        private static final long serialVersionUID = 1;

        TlsException(String message) {
            super(message);
        }
    }

    private Tls() {}

    /** Without a certificate the other side gets none; without a CA the JDK's own ones are trusted. */
    static SSLContext context(Pem pem) throws TlsException {
        try {
            KeyManager[] keys = pem.certificate() == null ? null : keys(pem);
            TrustManager[] trust = pem.ca() == null ? null : trust(pem.ca());
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys, trust, null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new TlsException("TLS cannot be set up: " + Log.reason(e));
        }
    }

    private static KeyManager[] keys(Pem pem) throws GeneralSecurityException, IOException, TlsException {
        KeyStore store = empty();
        Certificate[] chain = certificates(pem.certificate()).toArray(Certificate[]::new);
        store.setKeyEntry("own", key(pem.key()), NO_PASSWORD, chain);
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, NO_PASSWORD);
        return factory.getKeyManagers();
    }

    private static TrustManager[] trust(Path ca) throws GeneralSecurityException, IOException, TlsException {
        KeyStore store = empty();
        int number = 0;
        for (Certificate certificate : certificates(ca)) {
            store.setCertificateEntry("ca" + number++, certificate);
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory.getTrustManagers();
    }

    private static KeyStore empty() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, NO_PASSWORD);
        return store;
    }

    private static Collection<? extends Certificate> certificates(Path file)
            throws GeneralSecurityException, IOException, TlsException {
        try (InputStream in = Files.newInputStream(file)) {
            Collection<? extends Certificate> found =
                    CertificateFactory.getInstance("X.509").generateCertificates(in);
            if (found.isEmpty()) {
                throw new TlsException(file + " holds no certificate in PEM form");
            }
            return found;
        }
    }

    private static PrivateKey key(Path file) throws GeneralSecurityException, IOException, TlsException {
        Matcher pem = KEY.matcher(Files.readString(file, StandardCharsets.US_ASCII));
        if (!pem.find() || !pem.group(1).isEmpty()) {
            throw new TlsException(file + " holds no key in unencrypted PKCS#8 form (BEGIN PRIVATE KEY); make it with"
                    + " openssl pkcs8 -topk8 -nocrypt -in " + file);
        }
        PKCS8EncodedKeySpec spec =
                new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(pem.group(2)));
        for (String algorithm : List.of("RSA", "EC", "Ed25519")) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(spec);
            } catch (InvalidKeySpecException e) {
                continue;
            }
        }
        throw new TlsException(file + " holds a key that is neither RSA nor EC nor Ed25519");
    }
}
