package io.github.x402spring.sample;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;

import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

import org.jspecify.annotations.Nullable;

/**
 * Makes keys and certificates with the JDK's own tool.
 */
final class Certificates {

    private static final String PASSWORD = "changeit";

    private final Path folder;

    Certificates(Path folder) {
        this.folder = folder;
    }

    /** Makes an authority that signs others, and returns the file. */
    Path authority(String name) throws IOException, InterruptedException {
        keytool("-genkeypair", "-keyalg", "EC", "-alias", name, "-dname", "CN=" + name, "-ext", "bc:c", "-keystore",
                file(name));
        keytool("-exportcert", "-rfc", "-alias", name, "-keystore", file(name), "-file", file(name) + ".pem");
        Path trusted = Path.of(file(name + "-trusted"));
        keytool("-importcert", "-noprompt", "-alias", name, "-file", file(name) + ".pem", "-keystore",
                trusted.toString());
        return trusted;
    }

    /** Makes a key with a certificate that an authority signed, and returns the file. */
    Path signed(String name, String authority) throws IOException, InterruptedException {
        String request = file(name) + ".csr";
        String certificate = file(name) + ".pem";
        keytool("-genkeypair", "-keyalg", "EC", "-alias", name, "-dname", "CN=" + name, "-keystore", file(name));
        keytool("-certreq", "-alias", name, "-keystore", file(name), "-file", request);
        keytool("-gencert", "-rfc", "-alias", authority, "-keystore", file(authority), "-ext", "san=dns:localhost",
                "-infile", request, "-outfile", certificate);
        keytool("-importcert", "-noprompt", "-alias", authority, "-file", file(authority) + ".pem", "-keystore",
                file(name));
        keytool("-importcert", "-noprompt", "-alias", name, "-file", certificate, "-keystore", file(name));
        return Path.of(file(name));
    }

    static SSLContext context(Path trusted, @Nullable Path own) throws IOException, GeneralSecurityException {
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(load(trusted));
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init((own != null) ? load(own) : null, PASSWORD.toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }

    private static KeyStore load(Path file) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            store.load(in, PASSWORD.toCharArray());
        }
        return store;
    }

    private String file(String name) {
        return this.folder.resolve(name + ".p12").toString();
    }

    private static void keytool(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(List.of(arguments));
        command.addAll(List.of("-storetype", "PKCS12", "-storepass", PASSWORD));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes());
        if (process.waitFor() != 0) {
            throw new IOException("keytool failed: " + said);
        }
    }

}
