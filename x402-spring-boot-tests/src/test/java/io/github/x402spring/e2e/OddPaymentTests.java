package io.github.x402spring.e2e;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import io.github.x402spring.MutableClock;
import io.github.x402spring.codec.PaymentHeaderCodec;
import io.github.x402spring.e2e.RawHttp.Answer;
import io.github.x402spring.facilitator.FacilitatorCircuits;
import io.github.x402spring.facilitator.FakeFacilitator;
import io.github.x402spring.facilitator.http.HostileFacilitatorServer;
import io.github.x402spring.facilitator.http.HostileFacilitatorServer.Behaviour;
import io.github.x402spring.test.TestWallet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * Sends payments that make a facilitator reply oddly, among those of honest payers.
 */
@Tag("waiting")
class OddPaymentTests {

    private static final PaymentHeaderCodec CODEC = new PaymentHeaderCodec(64 * 1024);

    private static final Behaviour VALID = HostileFacilitatorServer.valid("");

    private static final Behaviour SETTLED = HostileFacilitatorServer.settled("", FakeFacilitator.TRANSACTION,
            "eip155:84532");

    private static final Behaviour SUPPORTED = HostileFacilitatorServer.json("{\"kinds\":[]}");

    private static final Behaviour DOWN = HostileFacilitatorServer.json(500, "{\"error\":\"down\"}");

    private static final int WINDOW = 20;

    private HostileFacilitatorServer server;

    private PaidApp app;

    @BeforeEach
    void start() {
        this.server = HostileFacilitatorServer.start()
            .on("/verify", VALID)
            .on("/settle", SETTLED)
            .on("/supported", SUPPORTED);
        this.app = PaidApp.start(List.of(Shop.class, MovableTime.class), "x402.facilitator.url=" + this.server.url(),
                "x402.payments.failed.per-payer=0", "x402.payments.failed.per-address=0",
                "x402.payments.released.per-authorization=0", "x402.payments.released.per-payer=0",
                "x402.payments.released.per-address=0");
    }

    @AfterEach
    void stop() {
        this.app.close();
        this.server.close();
    }

    static Stream<Arguments> oddReplies() {
        return Stream.of(arguments("400, text", HostileFacilitatorServer.document(400, "text/plain", "Bad Request")),
                arguments("400, other JSON", HostileFacilitatorServer.json(400, "{\"error\":\"bad resource\"}")),
                arguments("413", HostileFacilitatorServer.document(413, "text/html", "<html>")),
                arguments("422", HostileFacilitatorServer.json(422, "{\"detail\":[]}")),
                arguments("200, text", HostileFacilitatorServer.document(200, "text/plain", "ok")),
                arguments("403 of a firewall", HostileFacilitatorServer.document(403, "text/html", "<html>")),
                arguments("500, text", HostileFacilitatorServer.document(500, "text/plain", "oops")),
                arguments("502", HostileFacilitatorServer.document(502, "text/html", "<html>")),
                arguments("a reset", HostileFacilitatorServer.reset()),
                arguments("no HTTP", HostileFacilitatorServer.raw("what?\r\n\r\n")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("oddReplies")
    void payWhenOnePayersPaymentsAreRepliedToOddlyThenOthersAreServed(String reply, Behaviour behaviour) {
        this.server.on("/verify", forOddPayments(behaviour, VALID));
        TestWallet attacker = TestWallet.create();
        for (int i = 0; i < 2 * WINDOW; i++) {
            assertThat(this.app.http().get("/a", odd(attacker)).reason()).isEqualTo("temporarily_unavailable");
        }
        assertThat(this.app.http().get("/a", honest()).status()).isEqualTo(200);
        assertThat(this.app.bean(FacilitatorCircuits.class).verify()).isEqualTo(FacilitatorCircuits.State.CLOSED);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("oddReplies")
    void payWhenOnePayersSettlementsAreRepliedToOddlyThenOthersAreServed(String reply, Behaviour behaviour) {
        this.server.on("/settle", forOddPayments(behaviour, SETTLED));
        for (int i = 0; i < 2 * WINDOW; i++) {
            assertThat(this.app.http().get("/a", odd(TestWallet.create())).reason()).isEqualTo("settlement_pending");
        }
        assertThat(this.app.http().get("/a", honest()).status()).isEqualTo(200);
    }

    @Test
    void payWhenAThousandOddPaymentsAreSentThenOthersAreServedAndQuestionsAreFew() {
        this.server.on("/verify", forOddPayments(DOWN, VALID));
        TestWallet attacker = TestWallet.create();
        for (int i = 0; i < 1000; i++) {
            this.app.http().get("/a", odd(attacker));
        }
        assertThat(this.app.http().get("/a", honest()).status()).isEqualTo(200);
        assertThat(this.server.requests("/supported")).hasSizeLessThan(20);
    }

    static Stream<Arguments> malformed() {
        return Stream.of(arguments("extensions", "x"), arguments("extensions", 5), arguments("extensions", List.of()),
                arguments("extensions", true), arguments("extensions", Map.of("bazaar", 5)),
                arguments("extensions", Map.of("bazaar", List.of())), arguments("resource", 5),
                arguments("resource", List.of()), arguments("resource", true), arguments("resource", Map.of("url", 5)),
                arguments("accepted", "x"), arguments("payload", "x"), arguments("payload", List.of()),
                arguments("x402Version", "2"), arguments("x402Version", 3));
    }

    @ParameterizedTest
    @MethodSource("malformed")
    void payWhenAMemberIsNotTheProtocolsThenThePayerIsToldAndNothingIsAsked(String member, Object value) {
        Map<String, Object> tree = new LinkedHashMap<>(
                TestWallet.create().pay(this.app.terms("/a"), Instant.now()).tree());
        tree.put(member, value);
        for (int i = 0; i < WINDOW + 5; i++) {
            assertThat(this.app.http().get("/a", "PAYMENT-SIGNATURE: " + CODEC.encode(tree)).status()).isEqualTo(400);
        }
        assertThat(this.server.requests("/verify")).isEmpty();
        assertThat(this.app.http().get("/a", honest()).status()).isEqualTo(200);
    }

    @Test
    void payWhenThePaymentHasOtherMembersThenTheFacilitatorGetsOursAndWhatTheSchemeRead() {
        Map<String, Object> tree = new LinkedHashMap<>(TestWallet.create()
            .pay(this.app.terms("/a"), Instant.now())
            .extension("bazaar", Map.of("info", Map.of()))
            .tamper("unknown", 5)
            .tree());
        tree.put("resource", "");
        tree.put("cheque", List.of("x".repeat(1000)));
        assertThat(this.app.http().get("/a", "PAYMENT-SIGNATURE: " + CODEC.encode(tree)).status()).isEqualTo(200);
        assertThat(this.server.requests("/verify")).singleElement().satisfies((request) -> {
            JsonNode payload = JsonMapper.shared().readTree(request.body()).required("paymentPayload");
            assertThat(payload.propertyNames()).containsExactlyInAnyOrder("x402Version", "payload", "extensions",
                    "resource", "accepted");
            assertThat(payload.at("/resource/url").asString()).endsWith("/a");
            assertThat(payload.at("/payload/authorization/unknown").asInt()).isEqualTo(5);
        });
    }

    static Stream<Arguments> downs() {
        return Stream.of(arguments("500", DOWN), arguments("reset", HostileFacilitatorServer.reset()),
                arguments("401", HostileFacilitatorServer.json(401, "{}")),
                arguments("404", HostileFacilitatorServer.document(404, "text/html", "<html>")),
                arguments("503", HostileFacilitatorServer.json(503, "{}")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("downs")
    void payWhenTheFacilitatorIsDownThenIsNotAskedAnyMore(String reply, Behaviour behaviour) {
        this.server.on("/verify", behaviour).on("/supported", behaviour);
        for (int i = 0; i < 2 * WINDOW; i++) {
            assertThat(this.app.http().get("/a", honest()).status()).isEqualTo(503);
        }
        assertThat(this.server.requests("/verify")).hasSize(WINDOW);
        assertThat(this.app.bean(FacilitatorCircuits.class).verify()).isEqualTo(FacilitatorCircuits.State.OPEN);
    }

    @ParameterizedTest
    @MethodSource("pauses")
    void payWhenTheFacilitatorAsksForAPauseThenNoHandlerRunsUntilItIsOver(int status, Map<String, String> headers,
            int seconds) {
        this.server.on("/verify", HostileFacilitatorServer.withHeaders(status, headers, "{}"));
        assertThat(this.app.http().get("/a", honest()).status()).isEqualTo(503);
        this.server.on("/verify", VALID);
        String payment = honest();
        Answer refused = this.app.http().get("/a", payment);
        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.reason()).isEqualTo("temporarily_unavailable");
        assertThat(refused.json().at("/payment/charged").asString()).isEqualTo("no");
        assertThat(Integer.parseInt(refused.header("Retry-After"))).isGreaterThanOrEqualTo(seconds);
        assertThat(this.app.deliveries().runs()).isEmpty();
        assertThat(this.server.requests("/verify")).hasSize(1);

        this.app.bean(MutableClock.class).advance(Duration.ofSeconds(seconds).minusMillis(1));
        assertThat(this.app.http().get("/a", payment).status()).isEqualTo(503);
        this.app.bean(MutableClock.class).advance(Duration.ofMillis(1));
        assertThat(this.app.http().get("/a", payment).status()).isEqualTo(200);
        assertThat(this.app.deliveries().runs()).hasSize(1);
    }

    static Stream<Arguments> pauses() {
        String date = "Mon, 01 Jun 2026 12:00:00 GMT";
        String later = "Mon, 01 Jun 2026 12:00:20 GMT";
        return Stream.of(arguments(429, Map.of(), 1), arguments(429, Map.of("Retry-After", "7"), 7),
                arguments(429, Map.of("Retry-After", "0"), 1), arguments(429, Map.of("Retry-After", "3600"), 60),
                arguments(429, Map.of("Retry-After", "99999999999999999999"), 60),
                arguments(429, Map.of("Retry-After", "soon"), 1), arguments(503, Map.of("Retry-After", "5"), 5),
                arguments(429, Map.of("Retry-After", later, "Date", date), 20),
                arguments(503, Map.of("Retry-After", later, "Date", date), 20));
    }

    @Test
    void payWhenSettleAsksForAPauseThenTheNextHandlerDoesNotRun() {
        this.server.on("/settle", HostileFacilitatorServer.withHeaders(429, Map.of("Retry-After", "5"), "{}"));
        String unknown = honest();
        assertThat(this.app.http().get("/a", unknown).reason()).isEqualTo("settlement_pending");
        this.app.deliveries().reset();
        this.server.on("/settle", SETTLED);
        assertThat(this.app.http().get("/a", honest()).reason()).isEqualTo("temporarily_unavailable");
        assertThat(this.app.http().get("/upfront", honest("/upfront")).reason()).isEqualTo("temporarily_unavailable");
        assertThat(this.app.http().get("/a", unknown).reason()).isEqualTo("settlement_pending");
        assertThat(this.app.deliveries().runs()).isEmpty();
        this.app.bean(MutableClock.class).advance(Duration.ofSeconds(5));
        assertThat(this.app.http().get("/a", unknown).status()).isEqualTo(200);
    }

    private static Behaviour forOddPayments(Behaviour odd, Behaviour other) {
        return (exchange) -> (exchange.request().text().contains("\"odd\"") ? odd : other).answer(exchange);
    }

    private String odd(TestWallet wallet) {
        return PaidApp.signature(wallet.pay(this.app.terms("/a"), Instant.now()).tamper("odd", 5));
    }

    private String honest() {
        return honest("/a");
    }

    private String honest(String target) {
        return PaidApp.signature(TestWallet.create().pay(this.app.terms(target), Instant.now()));
    }

}
