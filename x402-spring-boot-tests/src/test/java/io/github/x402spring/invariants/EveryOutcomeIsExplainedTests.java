package io.github.x402spring.invariants;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import io.github.x402spring.audit.AuditRecord;
import io.github.x402spring.e2e.ObservedShop;
import io.github.x402spring.e2e.PaidApp;
import io.github.x402spring.e2e.PermissiveFacilitatorConfiguration;
import io.github.x402spring.e2e.RawHttp.Answer;
import io.github.x402spring.e2e.RecordedAudit;
import io.github.x402spring.facilitator.FacilitatorException;
import io.github.x402spring.facilitator.FakeFacilitator;
import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.ReasonCode;
import io.github.x402spring.protocol.SettleResponse;
import io.github.x402spring.protocol.VerifyResponse;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Invariant 10: every outcome is explained and can be reconstructed: one decision
 * envelope out, correlated audit records in.
 */
class EveryOutcomeIsExplainedTests {

    private static final Network NETWORK = Network.parse("base-sepolia");

    private static PaidApp app;

    private final String id = UUID.randomUUID().toString();

    @BeforeAll
    static void start() {
        app = PaidApp.start(List.of(ObservedShop.class, PermissiveFacilitatorConfiguration.class),
                "x402.audit.scope=all");
    }

    @AfterAll
    static void stop() {
        app.close();
    }

    @BeforeEach
    void reset() {
        app.endUnknown();
        app.facilitator().reset();
    }

    static Stream<Outcome> refusals() {
        return Stream.of(new Outcome("asked for terms", "/good", 402, "challenged", "payment_required", "no"),
                new Outcome("unreadable", "/good", 400, "malformed", "payment_malformed", "no"),
                new Outcome("rejected", "/good", 402, "refused", "payment_rejected", "no"),
                new Outcome("facilitator down", "/good", 503, "refused", "temporarily_unavailable", "no"),
                new Outcome("denied", "/gold", 403, "refused", "forbidden", "no"),
                new Outcome("refused at settlement", "/good", 402, "settlement_refused", "settlement_failed", "no"),
                new Outcome("unknown", "/good", 503, "unknown", "settlement_pending", "unknown"),
                new Outcome("unresolved", "/good", 409, "replayed", "outcome_unresolved", "unknown"),
                new Outcome("used", "/good", 409, "replayed", "payment_already_used", "yes"),
                new Outcome("used elsewhere", "/good", 409, "replayed", "request_mismatch", "yes"));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void payWhenNotServedThenTheResponseAndTheAuditSayWhy(Outcome outcome) {
        Answer answer = visit(outcome);
        assertThat(answer.status()).isEqualTo(outcome.status());
        assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
        assertThat(answer.json().path("decision").asString()).isIn("deny", "indeterminate");
        assertThat(answer.reason()).isEqualTo(outcome.told());
        assertThat(answer.json().at("/payment/charged").asString()).isEqualTo(outcome.charged());
        assertThat(answer.json().path("detail").asString()).isNotBlank();
        List<Map<String, Object>> records = records();
        assertThat(records).allSatisfy((record) -> assertThat(record).containsEntry("request_id",
                answer.json().path("request_id").asString()));
        assertThat(answer.json().path("instance").asString())
            .isEqualTo("urn:uuid:" + answer.json().path("request_id").asString());
        assertThat(records).filteredOn((record) -> record.get("type").equals("payment_event"))
            .last()
            .satisfies((record) -> assertThat(record).containsEntry("event", outcome.event())
                .containsEntry("reason", outcome.reason()));
        assertReturned(records, answer);
    }

    @ParameterizedTest
    @MethodSource("served")
    void payWhenServedThenTheReceiptAndTheAuditSayFor(Outcome outcome) {
        Answer answer = visit(outcome);
        assertThat(answer.status()).isEqualTo(outcome.status());
        List<Map<String, Object>> records = records();
        assertThat(records).filteredOn((record) -> record.get("type").equals("payment_event"))
            .last()
            .satisfies(
                    (record) -> assertThat(record).containsEntry("event", outcome.event()).doesNotContainKey("reason"));
        if (outcome.charged().equals("yes")) {
            assertThat(PaidApp.receipt(answer)).containsEntry("transaction", FakeFacilitator.TRANSACTION);
            assertThat(records).filteredOn((record) -> outcome.event().equals(record.get("event")))
                .singleElement()
                .satisfies((record) -> assertThat(record).containsEntry("transaction", FakeFacilitator.TRANSACTION)
                    .containsEntry("amount", "10000")
                    .containsEntry("payer", PaidApp.WALLET.address().toLowerCase(Locale.ROOT)));
        }
        assertReturned(records, answer);
    }

    static Stream<Outcome> served() {
        return Stream.of(new Outcome("settled", "/good", 200, "settled", null, "yes"),
                new Outcome("settled as a stream", "/stream", 200, "settled", null, "yes"),
                new Outcome("handler failed", "/boom", 500, "released", null, "no"));
    }

    private Answer visit(Outcome outcome) {
        String payment = PaidApp.signature(app.pay(outcome.target()));
        FakeFacilitator facilitator = app.facilitator();
        switch (outcome.name()) {
            case "rejected" -> facilitator.onVerify(VerifyResponse.invalid(ReasonCode.of("insufficient_funds")));
            case "facilitator down" ->
                facilitator.onVerify(FakeFacilitator.failure(new FacilitatorException("down", null)));
            case "refused at settlement" ->
                facilitator.onSettle(SettleResponse.failed(ReasonCode.of("insufficient_funds"), "", NETWORK));
            case "unknown" -> facilitator.onSettle(FakeFacilitator.failure(new FacilitatorException("lost", null)));
            case "unresolved" -> {
                facilitator.onSettle(FakeFacilitator.failure(new FacilitatorException("lost", null)));
                before(outcome.target(), payment);
                app.endUnknown();
            }
            case "used" -> before(outcome.target(), payment);
            case "used elsewhere" -> before(outcome.target() + "?other=1", payment);
            default -> {
            }
        }
        return switch (outcome.name()) {
            case "asked for terms" -> get(outcome.target());
            case "unreadable" -> get(outcome.target(), "PAYMENT-SIGNATURE: nonsense");
            default -> get(outcome.target(), payment);
        };
    }

    private Answer get(String target, String... payment) {
        String[] headers = Stream
            .concat(Stream.of(ObservedShop.CREDENTIALS, "X-Request-Id: " + this.id), Stream.of(payment))
            .toArray(String[]::new);
        return app.http().get(target, headers);
    }

    private void before(String target, String payment) {
        get(target, payment);
        app.bean(RecordedAudit.class).clear();
    }

    /** The connection is closed when the request is recorded. */
    private List<Map<String, Object>> records() {
        List<Map<String, Object>> records = app.bean(RecordedAudit.class)
            .records()
            .stream()
            .map(AuditRecord::toMap)
            .filter((record) -> this.id.equals(record.get("client_request_id")))
            .toList();
        assertThat(records).isNotEmpty()
            .allSatisfy((record) -> assertThat(record).containsEntry("caller", "caller")
                .containsEntry("rail", "x402")
                .containsKeys("at", "endpoint"));
        return records;
    }

    private static void assertReturned(List<Map<String, Object>> records, Answer answer) {
        assertThat(records).filteredOn((record) -> record.get("type").equals("resource_returned"))
            .singleElement()
            .satisfies((record) -> assertThat(record.get("status")).hasToString(Integer.toString(answer.status())));
    }

    record Outcome(String name, String target, int status, String event, @Nullable String reason, String charged) {

        /** To clients, a payment that cannot be used any more is a used one. */
        @Nullable String told() {
            return "outcome_unresolved".equals(this.reason) ? "payment_already_used" : this.reason;
        }

        @Override
        public String toString() {
            return this.name;
        }

    }

}
