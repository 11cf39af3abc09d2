package io.github.x402spring.ledger;

import java.math.BigInteger;
import java.time.Instant;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.Rail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

@Tag("locale")
class PaymentClaimTests {

    private static final PaymentKey KEY = new PaymentKey(Network.parse("base"), "0xa", "0xb", "0xc");

    private static final RequestFingerprint REQUEST = RequestFingerprint.of("report", "GET", "/report", "",
            new byte[0]);

    private static final PaymentRequirements TERMS = TestClaims.requirements(KEY, BigInteger.TEN, "0xDd");

    @Test
    void termsWhenAskedForThenThoseOfTheRequirements() {
        PaymentClaim claim = claim(null);
        assertThat(claim.scheme()).isEqualTo("exact");
        assertThat(claim.amount()).isEqualTo(BigInteger.TEN);
        assertThat(claim.payTo()).isEqualTo("0xDd");
    }

    @ParameterizedTest
    @ValueSource(ints = { 0, 63, 65, 130 })
    void createWhenTheDigestIsOfAnotherLengthThenRefused(int length) {
        assertThatIllegalArgumentException().isThrownBy(() -> claim("a".repeat(length)))
            .withMessageContaining("signatureDigest");
    }

    @Test
    void createWhenTheDigestIsNotHexadecimalThenRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> claim("g".repeat(64)));
    }

    @Test
    void withIdentifierWhenNamedThenAllElseStays() {
        PaymentIdentifier identifier = new PaymentIdentifier("a".repeat(64), "b".repeat(64));
        String digest = "c".repeat(64);
        assertThat(claim(digest).withIdentifier(identifier)).isEqualTo(new PaymentClaim(KEY, Rail.MPP, REQUEST,
                Instant.EPOCH, "report", "/report", TERMS, "ann", digest, identifier));
    }

    @ParameterizedTest
    @CsvSource({ "exact, 10, 0xDd, true", "exact, 10, 0xdd, true", "upto, 10, 0xDd, false", "exact, 11, 0xDd, false",
            "exact, 10, 0xEe, false" })
    void agreesWithWhenAnyTermDiffersThenNot(String scheme, BigInteger amount, String payTo, boolean agrees) {
        assertThat(new StoredTerms(scheme, amount, payTo, null).agreesWith(TERMS)).isEqualTo(agrees);
    }

    @ParameterizedTest
    @EnumSource(names = { "UNRESOLVED", "USED_ELSEWHERE" }, mode = EnumSource.Mode.EXCLUDE)
    void endedWhenStateIsNotFinalThenNoSuchResult(PaymentState state) {
        assertThatIllegalArgumentException().isThrownBy(() -> new ReserveResult.Ended(state));
    }

    private static PaymentClaim claim(@Nullable String signatureDigest) {
        return new PaymentClaim(KEY, Rail.MPP, REQUEST, Instant.EPOCH, "report", "/report", TERMS, "ann",
                signatureDigest, null);
    }

}
