package io.github.x402spring.ledger;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.lang.ref.Reference;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.function.Supplier;

import org.junit.jupiter.api.Test;

import io.github.x402spring.protocol.Network;

import static org.assertj.core.api.Assertions.assertThat;

class LedgerFootprintTests {

    private static final int RESERVATIONS = 100_000;

    private static final long MEGABYTE = 1_000_000;

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private static final String USDC = "0x036CbD53842c5426634e7929541eC2318f3dCF7e";

    private final MemoryMXBean memory = ManagementFactory.getMemoryMXBean();

    @Test
    void reserveWhenHundredThousandAreLiveThenUnderFortyMegabytes() {
        assertThat(retained(LedgerFootprintTests::fullLedger)).isGreaterThan(10 * MEGABYTE).isLessThan(40 * MEGABYTE);
    }

    @Test
    void retainedWhenSizeIsKnownThenIsMeasured() {
        assertThat(retained(() -> new byte[(int) (50 * MEGABYTE)])).isBetween(45 * MEGABYTE, 55 * MEGABYTE);
    }

    private long retained(Supplier<Object> supplier) {
        long before = used();
        Object retained = supplier.get();
        long after = used();
        Reference.reachabilityFence(retained);
        return after - before;
    }

    private long used() {
        long used = Long.MAX_VALUE;
        for (int i = 0; i < 5; i++) {
            this.memory.gc();
            used = Math.min(used, this.memory.getHeapMemoryUsage().getUsed());
        }
        return used;
    }

    private static InMemoryPaymentLedger fullLedger() {
        InMemoryPaymentLedger ledger = new InMemoryPaymentLedger(Clock.fixed(NOW, ZoneOffset.UTC), RESERVATIONS);
        Network network = Network.parse("base-sepolia");
        for (int i = 0; i < RESERVATIONS; i++) {
            PaymentKey key = new PaymentKey(network, USDC, "0x" + digits(i, 40), "0x" + digits(i, 64));
            RequestFingerprint fingerprint = RequestFingerprint.of("GET", "https://api.example.com/" + i, "",
                    new byte[0]);
            assertThat(ledger.reserve(PaymentLedgerContractTests.claim(key, fingerprint, NOW.plusSeconds(i))))
                .isInstanceOf(ReserveResult.Reserved.class);
        }
        return ledger;
    }

    private static String digits(int number, int length) {
        return "c".repeat(length - 8) + HexFormat.of().toHexDigits(number);
    }

}
