package io.github.x402spring.e2e;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import io.github.x402spring.Eventually;
import io.github.x402spring.audit.AuditRecord;
import io.github.x402spring.audit.AuditRecord.PaymentRecorded;
import io.github.x402spring.audit.AuditRecord.ResourceReturned;
import io.github.x402spring.e2e.RawHttp.Answer;
import io.github.x402spring.facilitator.http.HostileFacilitatorServer;
import io.github.x402spring.facilitator.http.HostileFacilitatorServer.Behaviour;
import io.github.x402spring.test.PaymentDraft;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Follows what facilitators say of payments that they refuse: to the log, to the audit
 * and to spans, and never to the payer.
 */
@Tag("locale")
class FacilitatorRemarkRecordsTests {

    private static final String ID = "6f1c0f0e-2f0b-4c60-9d0e-3a6f2b8b9c11";

    private static HostileFacilitatorServer server;

    private static PaidApp app;

    @BeforeAll
    static void start() {
        server = HostileFacilitatorServer.start();
        app = PaidApp.start(List.of(ObservedShop.class), "x402.facilitator.url=" + server.url(),
                "x402.facilitator.circuit-breaker.failure-rate=100", "x402.payments.failed.per-payer=0",
                "x402.payments.failed.per-address=0", "server.shutdown=immediate");
    }

    @AfterAll
    static void stop() {
        app.close();
        server.close();
    }

    @BeforeEach
    void reset() {
        server.on("/verify", HostileFacilitatorServer.json("{\"isValid\":true}"))
            .on("/settle",
                    HostileFacilitatorServer.settled(PaidApp.WALLET.address(), "0x" + "ab".repeat(32), "eip155:84532"))
            .on("/supported", HostileFacilitatorServer.json("{}"));
        app.endUnknown();
        app.bean(RecordedAudit.class).clear();
        app.bean(RecordedSpans.class).clear();
    }

    static Stream<Arguments> refusals() {
        return Stream.of(row("a reason of its own", "/verify", HostileFacilitatorServer.json("""
                {"isValid":false,"invalidReason":"wallet_blocked","invalidMessage":"Wallet is on list 7",
                "correlationId":"%s"}""".formatted(ID)), "wallet_blocked", "Wallet is on list 7", ID),
                row("a sentence for a reason", "/verify", HostileFacilitatorServer.json("""
                        {"isValid":false,"invalidReason":"No such wallet, sorry"}"""), "No such wallet, sorry", null,
                        null),
                row("no reason, and an id in a header", "/verify", HostileFacilitatorServer.withHeaders(200,
                        Map.of("Content-Type", "application/json", "X-Correlation-Id", ID), "{\"isValid\":false}"),
                        null, null, ID),
                row("an error in place of a reply", "/verify",
                        HostileFacilitatorServer.json(400,
                                """
                                        {"errorType":"invalid_request","errorMessage":"Network is not enabled","correlationId":"%s"}"""
                                    .formatted(ID)),
                        "invalid_request", "Network is not enabled", ID),
                row("an error of its own kind", "/verify", HostileFacilitatorServer.json(500, """
                        {"error":{"code":"E7","message":"Database is full"}}"""), "E7", "Database is full", null),
                row("refused credentials", "/verify",
                        HostileFacilitatorServer.json(401,
                                """
                                        {"errorType":"unauthorized","errorMessage":"Key sk_live_7 is unknown","correlationId":"%s"}"""
                                    .formatted(ID)),
                        null, null, ID),
                row("a refused settlement", "/settle", HostileFacilitatorServer.json("""
                        {"success":false,"errorReason":"insufficient_funds","errorMessage":"Has 3, needs 10000",
                        "transaction":"","network":"eip155:84532","requestId":"%s"}""".formatted(ID)),
                        "insufficient_funds", "Has 3, needs 10000", ID),
                row("a settlement of unknown outcome", "/settle", HostileFacilitatorServer.json("""
                        {"success":false,"errorReason":"transaction_failed","errorMessage":"Gas ran out",
                        "transaction":"","network":"eip155:84532"}"""), "transaction_failed", "Gas ran out", null),
                row("a settlement that fails", "/settle", HostileFacilitatorServer.json(500, """
                        {"error":"Internal error","detail":"Sender is busy"}"""), "Internal error", "Sender is busy",
                        null));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void payWhenTheFacilitatorRefusesThenLogAuditAndSpanSayWhyAndThePayerDoesNotLearnIt(String path, Behaviour refusal,
            String reason, String message, String id) {
        server.on(path, refusal);
        PaymentDraft payment = app.pay("/good");
        try (CapturedLog log = CapturedLog.begin()) {
            Answer answer = pay(PaidApp.signature(payment));
            assertThat(answer.status()).isIn(402, 503);
            String told = answer.text() + answer.headers();
            for (String said : said(message, id, "No such wallet", "wallet_blocked", "Internal error")) {
                assertThat(told).doesNotContain(said);
            }
            assertThat(log.text().lines().filter((line) -> line.contains("Facilitator refused a payment")))
                .singleElement()
                .satisfies((line) -> assertThat(line).contains(said(
                        "for endpoint 'good' (" + ((reason != null) ? reason : "no reason") + "): network eip155:84532",
                        message, id)));
            Map<String, String> expected = new TreeMap<>();
            put(expected, "facilitator_reason", reason);
            put(expected, "facilitator_message", message);
            put(expected, "facilitator_correlation_id", id);
            assertThat(recorded()).isEqualTo(expected);
            assertThat(app.bean(RecordedSpans.class).of(path.equals("/verify") ? "x402.verify" : "x402.settle"))
                .anySatisfy((span) -> assertThat(span.high())
                    .containsEntry("x402.facilitator.reason", (reason != null) ? reason : "none")
                    .containsEntry("x402.facilitator.correlation.id", (id != null) ? id : "none"));
            assertNoSecret(log.warnings().toString(), payment);
            assertNoSecret(app.bean(RecordedAudit.class).records().toString(), payment);
        }
    }

    @Test
    void payWhenTheFacilitatorQuotesThePaymentInItsRefusalsThenNobodyReadsIt() {
        List<String> shapes = List.of("{\"isValid\":false,\"invalidReason\":\"%1$s\",\"invalidMessage\":\"bad %1$s\"}",
                "{\"isValid\":false,\"correlationId\":\"%1$s\"}", "{\"error\":\"no %1$s\",\"message\":\"%1$s, %1$s\"}");
        try (CapturedLog log = CapturedLog.begin()) {
            for (String shape : shapes) {
                for (boolean spelled : new boolean[] { false, true }) {
                    PaymentDraft payment = app.pay("/good");
                    server.on("/verify", HostileFacilitatorServer.json((request) -> {
                        JsonNode body = JsonMapper.shared().readTree(request.body());
                        String signature = body.at("/paymentPayload/payload/signature").asString().substring(2);
                        return shape.formatted(spelled ? String.join(" ", signature.split("(?<=\\G....)")) : signature);
                    }));
                    app.bean(RecordedSpans.class).clear();
                    Answer answer = pay(PaidApp.signature(payment));
                    assertThat(answer.status()).isIn(402, 503);
                    recorded();
                    assertNoSecret(log.warnings().toString(), payment);
                    assertNoSecret(app.bean(RecordedAudit.class).records().toString(), payment);
                    assertNoSecret(app.bean(RecordedSpans.class).of("x402").toString()
                            + app.bean(RecordedSpans.class).of("x402").stream().map(RecordedSpans.Span::high).toList(),
                            payment);
                }
            }
        }
    }

    @Test
    void payWhenAccordingToTheFacilitatorAllIsWellThenNothingIsSaid() {
        try (CapturedLog log = CapturedLog.begin()) {
            assertThat(pay(PaidApp.signature(app.pay("/good"))).status()).isEqualTo(200);
            assertThat(recorded()).isEmpty();
            assertThat(log.warnings()).noneMatch((line) -> line.contains("Facilitator refused"));
        }
    }

    private static Answer pay(String payment) {
        app.bean(RecordedAudit.class).clear();
        return app.http().get("/good", ObservedShop.CREDENTIALS, payment);
    }

    private static Map<String, String> recorded() {
        Eventually.await("the request is recorded",
                () -> records().stream().anyMatch(ResourceReturned.class::isInstance));
        List<Map<String, String>> said = new ArrayList<>();
        for (AuditRecord record : records()) {
            if (record instanceof PaymentRecorded payment && !payment.event().equals(PaymentRecorded.SETTLING)) {
                Map<String, String> members = new TreeMap<>();
                payment.toMap().forEach((name, value) -> members.put(name, value.toString()));
                members.keySet().removeIf((name) -> !name.startsWith("facilitator_"));
                said.add(members);
            }
        }
        assertThat(said).hasSize(1);
        return said.get(0);
    }

    private static List<AuditRecord> records() {
        return app.bean(RecordedAudit.class).records();
    }

    private static void assertNoSecret(String text, PaymentDraft payment) {
        String signature = PaidApp.signature(payment);
        String header = signature.substring(signature.indexOf(':') + 2);
        String plain = text.replaceAll("[^A-Za-z0-9]", "").toLowerCase(Locale.ROOT);
        String decoded = new String(Base64.getDecoder().decode(header), StandardCharsets.UTF_8);
        String signed = JsonMapper.shared().readTree(decoded).at("/payload/signature").asString().substring(2);
        for (int at = 0; at + 16 <= signed.length(); at++) {
            assertThat(plain).doesNotContain(signed.substring(at, at + 16).toLowerCase(Locale.ROOT));
        }
        assertThat(text).doesNotContain(header.substring(0, 24));
    }

    private static String[] said(String... parts) {
        return Stream.of(parts).filter((part) -> part != null).toArray(String[]::new);
    }

    private static void put(Map<String, String> members, String name, String value) {
        if (value != null) {
            members.put(name, value);
        }
    }

    private static Arguments row(String name, String path, Behaviour refusal, String reason, String message,
            String id) {
        return Arguments.of(path, Named.of(name, refusal), reason, message, id);
    }

}
