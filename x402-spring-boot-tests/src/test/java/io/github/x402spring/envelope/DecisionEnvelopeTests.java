package io.github.x402spring.envelope;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import io.github.x402spring.decision.Charged;
import io.github.x402spring.decision.Denial;
import io.github.x402spring.decision.Reason;
import io.github.x402spring.decision.RetryWith;

import static org.assertj.core.api.Assertions.as;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.MAP;

@Tag("locale")
class DecisionEnvelopeTests {

    private static final String REQUEST_ID = "6f1c0f0e-2f0b-4c60-9d0e-3a6f2b8b9c11";

    private static final String TRACE_ID = "4bf92f3577b34da6a3ce929d0e0e4736";

    @Test
    void toMapWhenEverythingIsKnownThenEveryMemberOfTheShape() {
        Map<String, Object> map = new DecisionEnvelope(
                new Denial(Reason.SETTLEMENT_PENDING, Map.of("payment", terms()), 5),
                new RequestIds(REQUEST_ID, null, TRACE_ID), "unknown", "0xab")
            .toMap(null);
        assertThat(map.keySet()).containsExactly("type", "title", "status", "detail", "instance", "decision", "context",
                "obligations", "advice", "payment", "request_id", "trace_id");
        assertThat(map).containsEntry("title", "Payment outcome not yet known")
            .containsEntry("status", 503)
            .containsEntry("detail", "Send the same request with the same payment again. Do not sign a new one.")
            .containsEntry("instance", "urn:uuid:" + REQUEST_ID)
            .containsEntry("decision", "indeterminate")
            .containsEntry("context",
                    Map.of("stage", "settlement", "reason", "settlement_pending", "required",
                            Map.of("payment", terms())))
            .containsEntry("obligations",
                    List.of(Map.of("type", "retry_same_payment", "level", "must", "message",
                            "Present the identical authorization.")))
            .containsEntry("advice", Map.of("retry_with", "same_payment", "retry_after", 5))
            .containsEntry("payment", Map.of("state", "unknown", "charged", "unknown", "transaction", "0xab"))
            .containsEntry("request_id", REQUEST_ID)
            .containsEntry("trace_id", TRACE_ID);
        assertThat((String) map.get("type")).endsWith("/problems/settlement-pending");
    }

    @Test
    void toMapWhenLittleIsKnownThenAbsentMembersAreLeftOut() {
        Map<String, Object> map = envelope(Reason.FORBIDDEN).toMap(null);
        assertThat(map).doesNotContainKey("trace_id")
            .containsEntry("context", Map.of("stage", "policy", "reason", "forbidden"))
            .containsEntry("obligations", List.of())
            .containsEntry("advice", Map.of("retry_with", "never"))
            .containsEntry("payment", Map.of("state", "none", "charged", "no"));
    }

    @Test
    void toMapWhenThereAreTermsThenInTheirOrder() {
        assertThat(new DecisionEnvelope(new Denial(Reason.PAYMENT_REQUIRED, Map.of("payment", terms()), null),
                new RequestIds(REQUEST_ID, null, null), "none", "")
            .toMap(null)).extractingByKey("context", as(MAP))
            .extractingByKey("required", as(MAP))
            .extractingByKey("payment", as(MAP))
            .containsExactlyEntriesOf(terms());
    }

    @ParameterizedTest
    @EnumSource
    void toMapWhenReasonIsNamedInTheTypeThenLowerCaseWithDashes(Reason reason) {
        assertThat((String) envelope(reason).toMap(null).get("type")).matches("https://[a-z0-9./]+/problems/[a-z-]+");
    }

    @ParameterizedTest
    @MethodSource("reasonsOfPaymentsThatMayBeCharged")
    void toMapWhenThePaymentMayBeChargedThenNoSentenceAndNoAdviceSaysOtherwise(Reason reason, Charged charged) {
        Map<String, Object> map = new DecisionEnvelope(new Denial(reason, Map.of(), null, charged),
                new RequestIds(REQUEST_ID, null, null), charged.paymentState(), "")
            .toMap(null);
        assertThat(map.toString())
            .doesNotContain("new_payment", "pay, level", "bind_payer", "ot charged", "Nothing was", "ay from")
            .contains("charged=" + charged.wireName());
    }

    static Stream<Arguments> reasonsOfPaymentsThatMayBeCharged() {
        return Stream.of(Reason.values())
            .filter((reason) -> !reason.challenges())
            .flatMap((reason) -> Stream.of(Charged.YES, Charged.UNKNOWN)
                .map((charged) -> Arguments.of(reason, charged)));
    }

    @ParameterizedTest
    @EnumSource
    void toMapWhenThePaymentIsAsTheReasonSaysThenTheReasonsOwnWords(Reason reason) {
        assertThat(envelope(reason).detail()).isEqualTo(reason.detail());
        assertThat(envelope(reason).retryWith()).isEqualTo(reason.retryWith());
    }

    @ParameterizedTest
    @CsvSource({ "PAYMENT_AMBIGUOUS, SAME_PAYMENT", "PAYMENT_MALFORMED, SAME_PAYMENT", "PAYER_NOT_BOUND, NEVER",
            "UNAUTHENTICATED, CREDENTIALS", "FORBIDDEN, NEVER" })
    void retryWithWhenThePaymentMayBeChargedThenNoNewOne(Reason reason, RetryWith retryWith) {
        assertThat(new DecisionEnvelope(new Denial(reason, Map.of(), null, Charged.UNKNOWN),
                new RequestIds(REQUEST_ID, null, null), "unknown", "")
            .retryWith()).isEqualTo(retryWith);
    }

    private static DecisionEnvelope envelope(Reason reason) {
        return new DecisionEnvelope(new Denial(reason, Map.of(), null), new RequestIds(REQUEST_ID, null, null), "none",
                "");
    }

    private static Map<String, Object> terms() {
        Map<String, Object> terms = new LinkedHashMap<>();
        terms.put("scheme", "exact");
        terms.put("network", "eip155:8453");
        terms.put("amount", "10000");
        terms.put("asset", "0xA");
        terms.put("payTo", "0xB");
        terms.put("maxTimeoutSeconds", 300);
        return terms;
    }

}
