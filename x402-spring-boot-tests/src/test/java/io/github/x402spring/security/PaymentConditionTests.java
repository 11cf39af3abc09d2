package io.github.x402spring.security;

import java.math.BigInteger;
import java.util.Locale;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.security.authentication.TestingAuthenticationToken;
import org.springframework.security.authorization.AuthorizationDecision;
import org.springframework.security.authorization.AuthorizationManager;
import org.springframework.security.authorization.AuthorizationResult;
import org.springframework.security.core.Authentication;

import io.github.x402spring.decision.Reason;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

@Tag("locale")
class PaymentConditionTests {

    private static final AuthorizationResult GRANTED = X402AuthorizationDecision.granted().policy("plan").build();

    private static final AuthorizationResult REFUSED = new AuthorizationDecision(false);

    private static final PaymentCondition HOLDS = (authentication, request) -> true;

    private static final PaymentCondition FAILS = (authentication, request) -> false;

    private final PaidRequest request = PaidRequests.request();

    @Test
    void narrowingWhenBothHoldThenTheResultIsTheRules() {
        assertThat(narrowed(HOLDS, GRANTED)).isSameAs(GRANTED);
    }

    @Test
    void narrowingWhenTheConditionFailsThenDenied() {
        assertThat(narrowed(FAILS, GRANTED)).isInstanceOfSatisfying(X402AuthorizationDecision.class, (decision) -> {
            assertThat(decision.isGranted()).isFalse();
            assertThat(decision.reason()).isEqualTo(Reason.FORBIDDEN);
            assertThat(decision.policy()).isEqualTo("payment condition");
        });
    }

    @Test
    void narrowingWhenTheRuleRefusesThenNoPaymentGrants() {
        assertThat(narrowed(HOLDS, REFUSED)).isSameAs(REFUSED);
    }

    @Test
    void narrowingWhenTheRuleIsSilentThenNoPaymentGrants() {
        assertThat(narrowed(HOLDS, null)).isNull();
    }

    @Test
    void narrowingWhenTheRuleRefusesThenTheConditionDoesNotSpeakInItsPlace() {
        assertThat(narrowed(FAILS, REFUSED)).isSameAs(REFUSED);
        assertThat(narrowed(FAILS, null)).isNull();
    }

    @Test
    void narrowingWhenThereIsNoRuleThenFails() {
        assertThatNullPointerException().isThrownBy(() -> HOLDS.narrowing(null)).withMessageContaining("'rule'");
    }

    @Test
    void payerIsCallerWhenTheNameIsThePayersThenHolds() {
        assertThat(PaymentCondition.payerIsCaller().holds(PaidRequests.caller(PaidRequests.PAYER), this.request))
            .isTrue();
        assertThat(PaymentCondition.payerIsCaller().holds(PaidRequests.caller("alice"), this.request)).isFalse();
    }

    @Test
    void payerIsCallerWhenTheCallerHasNotProvenItThenFails() {
        Authentication claimed = new TestingAuthenticationToken(PaidRequests.PAYER, "secret");
        assertThat(PaymentCondition.payerIsCaller().holds(claimed, this.request)).isFalse();
        assertThat(PaymentCondition.payerIsCaller().holds(null, this.request)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({ "0xabababababababababababababababababababab, true", "0xABABABABABABABABABABABABABABABABABABABAB, true",
            "0xababababababababababababababababababab, false", "'', false" })
    void payerAllowedWhenOneOfThemPaysThenHolds(String allowed, boolean holds) {
        assertThat(PaymentCondition.payerAllowed("0x01", allowed).holds(null, this.request)).isEqualTo(holds);
    }

    @ParameterizedTest
    @CsvSource({ "0xabababababababababababababababababababab, true", "0x01, false" })
    void payerAllowedWhenAWalletIsNamedTwiceThenAsIfOnce(String allowed, boolean holds) {
        assertThat(PaymentCondition.payerAllowed(allowed, allowed, allowed.toUpperCase(Locale.ROOT))
            .holds(null, this.request)).isEqualTo(holds);
    }

    @ParameterizedTest
    @CsvSource({ "9999, false", "10000, true", "10001, true", "-1, false",
            "340282366920938463463374607431768211456, true" })
    void maxAmountWhenNoMoreIsPaidThenHolds(BigInteger most, boolean holds) {
        assertThat(PaymentCondition.maxAmount(most).holds(null, this.request)).isEqualTo(holds);
    }

    private @Nullable AuthorizationResult narrowed(PaymentCondition condition, @Nullable AuthorizationResult result) {
        AuthorizationManager<PaidRequest> rule = (authentication, request) -> result;
        return condition.narrowing(rule).authorize(() -> PaidRequests.caller("alice"), this.request);
    }

}
