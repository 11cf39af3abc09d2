package io.github.x402spring.decision;

import java.util.EnumSet;
import java.util.Set;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class ReasonTests {

    private static final Set<String> CODES = Set.of("payment_required", "payment_malformed", "payment_ambiguous",
            "request_invalid", "payment_invalid", "payment_expired", "requirement_mismatch", "request_mismatch",
            "payment_in_flight", "payment_already_used", "payment_rejected", "settlement_failed", "settlement_pending",
            "unauthenticated", "forbidden", "insufficient_scope", "limit_reached", "temporarily_unavailable",
            "not_implemented");

    private static final Set<String> STAGES = Set.of("request", "identity", "policy", "payment", "settlement",
            "delivery", "system");

    @ParameterizedTest
    @CsvSource({ "PAYMENT_REQUIRED, 402, true, deny, new_payment, no, payment",
            "PAYMENT_MALFORMED, 400, false, deny, new_payment, no, request",
            "PAYMENT_AMBIGUOUS, 400, false, deny, new_payment, no, request",
            "TASK_MALFORMED, 400, false, deny, same_payment, no, request",
            "TASK_ENDED, 403, false, deny, never, no, policy",
            "PAYMENT_IDENTIFIER, 400, false, deny, same_payment, no, request",
            "ANSWER_UNAVAILABLE, 409, false, deny, never, yes, delivery",
            "REQUEST_INVALID, 400, false, deny, never, no, request",
            "REQUEST_INCOMPLETE, 400, false, deny, same_payment, no, request",
            "REQUEST_TIMED_OUT, 408, false, deny, same_payment, no, request",
            "REQUEST_TOO_LARGE, 413, false, deny, smaller_request, no, request",
            "ADDRESS_TOO_LONG, 414, false, deny, smaller_request, no, request",
            "UNAUTHENTICATED, 401, false, deny, credentials, no, identity",
            "FORBIDDEN, 403, false, deny, never, no, policy",
            "INSUFFICIENT_SCOPE, 403, false, deny, elevated_token, no, policy",
            "PAYER_NOT_BOUND, 403, false, deny, new_payment, no, policy",
            "LIMIT_REACHED, 429, false, deny, later, no, policy",
            "PAYMENT_INVALID, 402, true, deny, new_payment, no, payment",
            "PAYMENT_EXPIRED, 402, true, deny, new_payment, no, payment",
            "REQUIREMENT_MISMATCH, 402, true, deny, new_payment, no, payment",
            "PAYMENT_REJECTED, 402, true, deny, new_payment, no, payment",
            "PAYMENT_IN_FLIGHT, 409, false, deny, same_payment, unknown, payment",
            "REQUEST_MISMATCH, 409, false, deny, never, unknown, payment",
            "PAYMENT_ALREADY_USED, 409, false, deny, never, yes, payment",
            "OUTCOME_UNRESOLVED, 409, false, deny, never, unknown, settlement",
            "TEMPORARILY_UNAVAILABLE, 503, false, indeterminate, same_payment, no, system",
            "SETTLEMENT_FAILED, 402, true, deny, new_payment, no, settlement",
            "SETTLEMENT_PENDING, 503, false, indeterminate, same_payment, unknown, settlement",
            "NOT_IMPLEMENTED, 501, false, indeterminate, never, no, system" })
    void reasonWhenAnsweredOverHttpThenAsTheTableSays(Reason reason, int status, boolean challenges, String decision,
            String retryWith, String charged, String stage) {
        assertThat(reason.status()).isEqualTo(status);
        assertThat(reason.challenges()).isEqualTo(challenges);
        assertThat(reason.decision().wireName()).isEqualTo(decision);
        assertThat(reason.retryWith().wireName()).isEqualTo(retryWith);
        assertThat(reason.charged().wireName()).isEqualTo(charged);
        assertThat(reason.stage().wireName()).isEqualTo(stage);
    }

    @Test
    void valuesWhenCountedThenTheTableHasThemAll() {
        assertThat(Reason.values()).hasSize(29);
    }

    @ParameterizedTest
    @EnumSource
    void reasonWhenNamedThenFromTheVocabularies(Reason reason) {
        assertThat(reason.code()).isIn(CODES);
        assertThat(reason.stage().wireName()).isIn(STAGES);
        assertThat(reason.title()).isNotBlank();
        assertThat(reason.detail()).endsWith(".");
    }

    @ParameterizedTest
    @EnumSource
    void reasonWhenANewPaymentIsAskedForThenItIsCertainThatNothingWasCharged(Reason reason) {
        if (reason.challenges() || reason.retryWith() == RetryWith.NEW_PAYMENT) {
            assertThat(reason.charged()).isEqualTo(Charged.NO);
        }
    }

    @ParameterizedTest
    @EnumSource
    void reasonWhenItObligesToPayThenItChallenges(Reason reason) {
        Obligation obligation = reason.obligation();
        boolean obligesToPay = obligation != null && obligation.type() == Obligation.Type.PAY;
        assertThat(obligesToPay).isEqualTo(reason.challenges());
    }

    @Test
    void wireNameWhenEnumeratedThenAsTheSpecSays() {
        assertThat(EnumSet.allOf(Decision.class)).extracting(Decision::wireName)
            .containsExactly("allow", "deny", "indeterminate");
        assertThat(EnumSet.allOf(Charged.class)).extracting(Charged::wireName).containsExactly("no", "yes", "unknown");
        assertThat(EnumSet.allOf(RetryWith.class)).extracting(RetryWith::wireName)
            .containsExactly("new_payment", "same_payment", "credentials", "elevated_token", "smaller_request", "later",
                    "never");
        assertThat(EnumSet.allOf(Stage.class)).extracting(Stage::wireName).containsExactlyInAnyOrderElementsOf(STAGES);
    }

}
