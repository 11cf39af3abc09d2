package io.github.x402spring.ledger;

import java.math.BigInteger;
import java.time.Instant;

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
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

@Tag("locale")
class PaymentClaimTests {

    private static final PaymentKey KEY = new PaymentKey(Network.parse("base"), "0xa", "0xb", "0xc");

    private static final RequestFingerprint REQUEST = RequestFingerprint.of("report", "GET", "/report", "",
            new byte[0]);

    private static final PaymentRequirements TERMS = TestClaims.requirements(KEY, BigInteger.TEN, "0xDd");

    @Test
    void buildWhenOnlyWhatIsRequiredIsSetThenTheRestIsAbsent() {
        PaymentClaim claim = builder().build();
        assertThat(claim.rail()).isEqualTo(Rail.X402);
        assertThat(claim.caller()).isNull();
        assertThat(claim.signatureDigest()).isNull();
        assertThat(claim.identifier()).isNull();
        assertThat(claim.scheme()).isEqualTo("exact");
        assertThat(claim.amount()).isEqualTo(BigInteger.TEN);
        assertThat(claim.payTo()).isEqualTo("0xDd");
    }

    @Test
    void buildWhenSomethingRequiredIsMissingThenRefused() {
        PaymentClaim.Builder untimed = PaymentClaim.builder(KEY, REQUEST, TERMS).resource("report", "/report");
        PaymentClaim.Builder nowhere = PaymentClaim.builder(KEY, REQUEST, TERMS).validBefore(Instant.EPOCH);
        assertThatNullPointerException().isThrownBy(untimed::build).withMessageContaining("validBefore");
        assertThatNullPointerException().isThrownBy(nowhere::build).withMessageContaining("endpoint");
    }

    @ParameterizedTest
    @ValueSource(ints = { 0, 63, 65, 130 })
    void buildWhenTheDigestIsOfAnotherLengthThenRefused(int length) {
        PaymentClaim.Builder builder = builder().signatureDigest("a".repeat(length));
        assertThatIllegalArgumentException().isThrownBy(builder::build).withMessageContaining("signatureDigest");
    }

    @Test
    void buildWhenTheDigestIsNotHexadecimalThenRefused() {
        PaymentClaim.Builder builder = builder().signatureDigest("g".repeat(64));
        assertThatIllegalArgumentException().isThrownBy(builder::build);
    }

    @Test
    void withIdentifierWhenNamedThenAllElseStays() {
        PaymentIdentifier identifier = new PaymentIdentifier("a".repeat(64), "b".repeat(64));
        PaymentClaim claim = builder().rail(Rail.MPP).caller("ann").signatureDigest("c".repeat(64)).build();
        assertThat(claim.withIdentifier(identifier)).isEqualTo(
                builder().rail(Rail.MPP).caller("ann").signatureDigest("c".repeat(64)).identifier(identifier).build());
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

    private static PaymentClaim.Builder builder() {
        return PaymentClaim.builder(KEY, REQUEST, TERMS).validBefore(Instant.EPOCH).resource("report", "/report");
    }

}
