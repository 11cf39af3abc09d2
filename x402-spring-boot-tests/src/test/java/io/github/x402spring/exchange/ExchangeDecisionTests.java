package io.github.x402spring.exchange;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.github.x402spring.decision.Reason;

import static org.assertj.core.api.Assertions.assertThat;

class ExchangeDecisionTests {

    @ParameterizedTest
    @CsvSource({ "CHALLENGED, challenged", "MALFORMED, malformed", "REFUSED, refused", "REPLAYED, replayed",
            "RELEASED, released", "SETTLED, settled", "REDELIVERED, redelivered",
            "SETTLEMENT_REFUSED, settlement_refused", "UNKNOWN, unknown" })
    void valueWhenMetersAndRecordsNameItThenStays(ExchangeDecision decision, String value) {
        assertThat(decision.value()).isEqualTo(value);
    }

    @ParameterizedTest
    @CsvSource({ "PAYMENT_REQUIRED, CHALLENGED", "PAYMENT_MALFORMED, MALFORMED", "PAYMENT_AMBIGUOUS, MALFORMED",
            "TASK_MALFORMED, MALFORMED", "PAYMENT_IDENTIFIER, MALFORMED", "REQUEST_INVALID, MALFORMED",
            "REQUEST_INCOMPLETE, MALFORMED", "REQUEST_TIMED_OUT, MALFORMED", "REQUEST_TOO_LARGE, MALFORMED",
            "ADDRESS_TOO_LONG, MALFORMED", "REQUEST_MISMATCH, REPLAYED", "PAYMENT_IN_FLIGHT, REPLAYED",
            "PAYMENT_ALREADY_USED, REPLAYED", "ANSWER_UNAVAILABLE, REPLAYED", "SETTLEMENT_FAILED, SETTLEMENT_REFUSED",
            "SETTLEMENT_PENDING, UNKNOWN", "PAYMENT_REJECTED, REFUSED", "UNAUTHENTICATED, REFUSED",
            "LIMIT_REACHED, REFUSED", "TEMPORARILY_UNAVAILABLE, REFUSED" })
    void ofWhenThereIsAReasonThenWhatItComesTo(Reason reason, ExchangeDecision decision) {
        assertThat(ExchangeDecision.of(reason)).isEqualTo(decision);
    }

}
