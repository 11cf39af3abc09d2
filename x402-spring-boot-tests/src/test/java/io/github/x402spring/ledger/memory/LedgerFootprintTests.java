package io.github.x402spring.ledger.memory;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.lang.ref.Reference;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.function.Supplier;

import org.junit.jupiter.api.Test;

import io.github.x402spring.ledger.PaymentKey;
import io.github.x402spring.ledger.RequestFingerprint;
import io.github.x402spring.ledger.ReserveResult;
import io.github.x402spring.ledger.TestClaims;
import io.github.x402spring.protocol.Network;

import static org.assertj.core.api.Assertions.assertThat;

class LedgerFootprintTests {

    private static final int RESERVATIONS = 100_000;

    private static final long MEGABYTE = 1_000_000;

    private static final String RETAINED = "retained: ";

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private static final String USDC = "0x036CbD53842c5426634e7929541eC2318f3dCF7e";

    private static final MemoryMXBean memory = ManagementFactory.getMemoryMXBean();

    @Test
    void reserveWhenHundredThousandAreLiveThenUnderFortyMegabytes() throws Exception {
        assertThat(retainedBy("ledger")).isGreaterThan(10 * MEGABYTE).isLessThan(40 * MEGABYTE);
    }

    @Test
    void retainedWhenSizeIsKnownThenIsMeasured() throws Exception {
        assertThat(retainedBy("array")).isBetween(45 * MEGABYTE, 55 * MEGABYTE);
    }

    /**
     * Measures in a process of its own. In that of the tests, others let go of memory
     * meanwhile.
     */
    private static long retainedBy(String what) throws Exception {
        Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC", "-Xmx512m", "-cp", System.getProperty("java.class.path"),
                LedgerFootprintTests.class.getName(), what)
            .redirectErrorStream(true)
            .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        return Long.parseLong(said.substring(said.lastIndexOf(RETAINED) + RETAINED.length()).strip());
    }

    public static void main(String[] arguments) {
        Supplier<Object> supplier = arguments[0].equals("ledger") ? LedgerFootprintTests::fullLedger
                : () -> new byte[(int) (50 * MEGABYTE)];
        // Loads all classes.
        supplier.get();
        long before = used();
        Object retained = supplier.get();
        long after = used();
        Reference.reachabilityFence(retained);
        System.out.println(RETAINED + (after - before));
    }

    private static long used() {
        memory.gc();
        return memory.getHeapMemoryUsage().getUsed();
    }

    private static InMemoryPaymentLedger fullLedger() {
        InMemoryPaymentLedger ledger = new InMemoryPaymentLedger(Clock.fixed(NOW, ZoneOffset.UTC), RESERVATIONS);
        Network network = Network.parse("base-sepolia");
        for (int i = 0; i < RESERVATIONS; i++) {
            PaymentKey key = new PaymentKey(network, USDC, "0x" + digits(i, 40), "0x" + digits(i, 64));
            RequestFingerprint fingerprint = RequestFingerprint.of("report", "GET", "https://api.example.com/" + i, "",
                    new byte[0]);
            assertThat(ledger.reserve(TestClaims.claim(key, fingerprint, NOW.plusSeconds(i))))
                .isInstanceOf(ReserveResult.Reserved.class);
        }
        return ledger;
    }

    private static String digits(int number, int length) {
        return "c".repeat(length - 8) + HexFormat.of().toHexDigits(number);
    }

}
