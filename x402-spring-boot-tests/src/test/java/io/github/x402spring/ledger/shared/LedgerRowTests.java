package io.github.x402spring.ledger.shared;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.util.Objects;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.github.x402spring.ledger.PaymentClaim;
import io.github.x402spring.ledger.PaymentIdentifier;
import io.github.x402spring.ledger.PaymentKey;
import io.github.x402spring.ledger.RequestFingerprint;
import io.github.x402spring.ledger.TestClaims;
import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.Rail;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class LedgerRowTests {

    private static final BigInteger LARGEST = BigInteger.TWO.pow(256).subtract(BigInteger.ONE);

    private static final PaymentKey KEY = new PaymentKey(Network.parse("base-sepolia"), "0xaa", "0xbb", "0x1");

    private static final PaymentRequirements TERMS = TestClaims.requirements(KEY, LARGEST, "0xdd");

    private static final PaymentIdentifier IDENTIFIER = new PaymentIdentifier("e".repeat(64), "c".repeat(64));

    @Test
    void valuesWhenWrittenThenThereIsOneForEachColumn() {
        long columns = LedgerStatements.PARAMETERS.chars().filter((character) -> character == '?').count();
        assertThat(values("https://api.example.com/report", "alice", IDENTIFIER)).hasSize((int) columns);
        assertThat(LedgerStatements.COLUMNS.split(",")).hasSameSizeAs(LedgerStatements.PARAMETERS.split(","));
    }

    @Test
    void valuesWhenWrittenThenNothingThatDecidesIsLeftOutOrRounded() {
        assertThat(values("https://api.example.com/report", "alice", IDENTIFIER)).contains("eip155:84532", "0xaa",
                "0xbb", "0x1", "token", "a".repeat(64), "report", "https://api.example.com/report", "exact",
                new BigDecimal(LARGEST), "0xdd", "alice", 1_800_000_000L, "e".repeat(64), "c".repeat(64), "mpp",
                FoundPayment.text(TERMS), "5".repeat(64));
    }

    @Test
    void valuesWhenNobodyKnowsTheCallerAndThereIsNoNameThenThoseAreEmpty() {
        assertThat(values("https://api.example.com/report", null, null)).filteredOn(Objects::isNull).hasSize(3);
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
        PaymentClaim claim = new PaymentClaim(KEY, Rail.MPP, new RequestFingerprint("a".repeat(64)),
                Instant.ofEpochSecond(1_800_000_000), "report", resource, TERMS, caller, "5".repeat(64), identifier);
        return new LedgerRow(claim, "token").values();
    }

}
