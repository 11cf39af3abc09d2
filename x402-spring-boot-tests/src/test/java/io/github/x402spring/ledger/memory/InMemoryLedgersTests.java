package io.github.x402spring.ledger.memory;

import java.math.BigInteger;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;

import org.junit.jupiter.api.Test;

import io.github.x402spring.ledger.PaymentClaim;
import io.github.x402spring.ledger.PaymentKey;
import io.github.x402spring.ledger.RequestFingerprint;
import io.github.x402spring.ledger.TestClaims;
import io.github.x402spring.protocol.Network;

import static org.assertj.core.api.Assertions.assertThat;

class InMemoryLedgersTests {

    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-01-01T00:00:00Z"), ZoneOffset.UTC);

    private static final PaymentClaim CLAIM = TestClaims.claim(
            new PaymentKey(Network.parse("base-sepolia"), "0xa", "0xb", "0x1"),
            RequestFingerprint.of("report", "GET", "/report", "", new byte[0]), CLOCK.instant().plusSeconds(300),
            "report", "https://api.example.com/report", BigInteger.TEN, "0xd", null);

    @Test
    void paymentsWhenDescribedThenAreOfThisInstanceOnly() {
        InMemoryLedgers ledgers = new InMemoryLedgers(CLOCK, 10);
        assertThat(ledgers.payments().kind()).isEqualTo("memory");
        assertThat(ledgers.payments().shared()).isFalse();
        assertThat(ledgers.payments().capacity()).isEqualTo(10);
        assertThat(ledgers.responses(Duration.ofMinutes(1), 100).shared()).isFalse();
    }

    @Test
    void historyWhenAPaymentIsReservedThenHasIt() {
        InMemoryLedgers ledgers = new InMemoryLedgers(CLOCK, 10, 10);
        ledgers.payments().reserve(CLAIM);
        assertThat(ledgers.payments().size()).isOne();
        assertThat(ledgers.history().find(CLAIM.key())).isPresent();
    }

    @Test
    void historyWhenNoneIsWantedThenIsEmpty() {
        InMemoryLedgers ledgers = new InMemoryLedgers(CLOCK, 10);
        ledgers.payments().reserve(CLAIM);
        assertThat(ledgers.history().find(CLAIM.key())).isEmpty();
    }

}
