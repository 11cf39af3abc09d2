package io.github.x402spring;

import java.time.Instant;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.TokenAmount;

import static org.assertj.core.api.Assertions.assertThat;

class VerifiedPaymentTests {

    private static final VerifiedPayment PAYMENT = new VerifiedPayment("weather", "https://api.example.com/weather",
            "exact", Network.parse("base"), "0xAA", TokenAmount.of(10_000), "0xBB", "0xcc", Instant.EPOCH);

    @ParameterizedTest
    @CsvSource({ "0xcc, true", "0xCC, true", "eip155:8453:0xcc, true", "eip155:8453:0xCC, true",
            "eip155:84532:0xcc, false", "0xdd, false", "cc, false", "'', false", ", false" })
    void isPaidByWhenNamedThenComparesTheAccount(String name, boolean expected) {
        assertThat(PAYMENT.isPaidBy(name)).isEqualTo(expected);
    }

}
