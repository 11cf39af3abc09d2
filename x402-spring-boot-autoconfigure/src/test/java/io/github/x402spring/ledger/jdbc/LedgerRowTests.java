package io.github.x402spring.ledger.jdbc;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.github.x402spring.ledger.PaymentClaim;
import io.github.x402spring.ledger.PaymentIdentifier;
import io.github.x402spring.ledger.PaymentKey;
import io.github.x402spring.ledger.RequestFingerprint;
import io.github.x402spring.protocol.Network;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class LedgerRowTests {

    private static final BigInteger LARGEST = BigInteger.TWO.pow(256).subtract(BigInteger.ONE);

    private static final PaymentIdentifier IDENTIFIER = new PaymentIdentifier("e".repeat(64), "c".repeat(64));

    @Test
    void valuesWhenWrittenThenThereIsOneForEachColumn() {
        long columns = LedgerStatements.NEW.chars().filter((character) -> character == '?').count();
        assertThat(values("https://api.example.com/report", "alice", IDENTIFIER)).hasSize((int) columns);
    }

    @Test
    void valuesWhenWrittenThenNothingThatDecidesIsLeftOutOrRounded() {
        assertThat(values("https://api.example.com/report", "alice", IDENTIFIER)).contains("eip155:84532", "0xaa",
                "0xbb", "0x1", "token", "a".repeat(64), "report", "https://api.example.com/report", "exact",
                new BigDecimal(LARGEST), "0xdd", "alice", 1_800_000_000L, "e".repeat(64), "c".repeat(64));
    }

    @Test
    void valuesWhenNobodyKnowsTheCallerAndThereIsNoNameThenThoseAreEmpty() {
        assertThat(values("https://api.example.com/report", null, null)).filteredOn((value) -> value == null)
            .hasSize(3);
    }

    @ParameterizedTest
    @CsvSource({ "2047, 2047", "2048, 2048", "2049, 2048", "8000, 2048" })
    void valuesWhenTheAddressIsLongThenIsCutToItsColumn(int length, int kept) {
        assertThat(values("r".repeat(length), "alice", null)).contains("r".repeat(kept));
    }

    @ParameterizedTest
    @CsvSource({ "254, 254", "255, 255", "256, 255", "8000, 255" })
    void valuesWhenTheCallersNameIsLongThenIsCutToItsColumn(int length, int kept) {
        assertThat(values("https://api.example.com/report", "c".repeat(length), null)).contains("c".repeat(kept));
    }

    private static @Nullable Object[] values(String resource, @Nullable String caller,
            @Nullable PaymentIdentifier identifier) {
        PaymentClaim claim = new PaymentClaim(new PaymentKey(Network.parse("base-sepolia"), "0xaa", "0xbb", "0x1"),
                new RequestFingerprint("a".repeat(64)), Instant.ofEpochSecond(1_800_000_000), "report", resource,
                "exact", LARGEST, "0xdd", caller, identifier);
        return new LedgerRow(claim, "token").values();
    }

}
