package io.github.x402spring.benchmarks.load;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;

import io.github.x402spring.benchmarks.SignedPayment;

/**
 * Generator of signed payments for wrk, one header a line.
 */
public final class SignPayments {

    private static final SecureRandom random = new SecureRandom();

    private SignPayments() {
    }

    /**
     * Signs payments.
     * @param args how many, and the file to write
     * @throws IOException if the file cannot be written
     */
    public static void main(String[] args) throws IOException {
        List<String> headers = IntStream.range(0, Integer.parseInt(args[0]))
            .parallel()
            .mapToObj((number) -> header(Instant.now()))
            .toList();
        Files.write(Path.of(args[1]), headers);
    }

    /**
     * Signs a payment under the terms of the application under load.
     * @param now the present time of that application
     * @return the value of {@code PAYMENT-SIGNATURE}
     */
    static String header(Instant now) {
        byte[] nonce = new byte[32];
        random.nextBytes(nonce);
        return new SignedPayment(LoadTerms.PAID, now.plusSeconds(LoadTerms.PAID.maxTimeoutSeconds()), nonce).header();
    }

}
