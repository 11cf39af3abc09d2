package io.github.x402spring.e2e;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.StreamingResponseBody;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import io.github.x402spring.PaidEndpoint;
import io.github.x402spring.PaymentFlow;
import io.github.x402spring.Vectors;
import io.github.x402spring.e2e.RawHttp.Answer;
import io.github.x402spring.facilitator.FakeFacilitator;
import io.github.x402spring.facilitator.http.HostileFacilitatorServer;
import io.github.x402spring.facilitator.http.HostileFacilitatorServer.Behaviour;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.test.PaymentDraft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * Plays what was recorded from the official server again, with the same facilitator. A
 * scenario that says nothing is answered alike; the others say how and why not.
 */
@Tag("locale")
class OfficialServerTests {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private static final String NETWORK = "eip155:84532";

    private static final String PAYER = PaidApp.WALLET.address();

    private static final String PENDING_TRANSACTION = "0x" + "cd".repeat(32);

    private static final Behaviour VALID = HostileFacilitatorServer.valid(PAYER);

    private static final Behaviour SETTLED = HostileFacilitatorServer.settled(PAYER, FakeFacilitator.TRANSACTION,
            NETWORK);

    private static final Map<String, Scenario> SCENARIOS = new LinkedHashMap<>();

    private static HostileFacilitatorServer server;

    private static PaidApp app;

    static {
        unpaid();
        unreadable();
        paid();
        verifying();
        settling();
        upfront();
    }

    private static void unpaid() {
        scenario("no payment").unpaid();
        scenario("no payment, Accept text/html + Mozilla UA").sends("Accept: text/html", "User-Agent: Mozilla/5.0");
        scenario("no payment, Accept text/html, curl UA").sends("Accept: text/html", "User-Agent: curl/8");
        scenario("HEAD on GET route").unpaid().differs("HEAD is challenged and delivers nothing", 402).runs(false);
        scenario("OPTIONS on GET route").unpaid().differs("Spring answers OPTIONS itself", 200).runs(false);
        scenario("unpaidResponseBody").unpaid();
        scenario("v1 X-PAYMENT header only").sends("X-PAYMENT: e30=")
            .error("X-PAYMENT is read here for x402 version 2 only; send PAYMENT-SIGNATURE");
    }

    private static void unreadable() {
        scenario("malformed base64").sends("PAYMENT-SIGNATURE: !!!").malformed();
        scenario("base64 of non-JSON").signature("oops").malformed();
        scenario("base64 of JSON null").signature("null").malformed();
        scenario("base64 of {}").signature("{}").malformed();
        scenario("x402Version 1 in PAYMENT-SIGNATURE, v1 shape").pay((payment) -> payment.v1Header()).malformed();
    }

    private static void paid() {
        scenario("valid payment");
        scenario("valid payment, handler sets Cache-Control");
        scenario("streaming handler").maySayNoStore();
        scenario("replay 1");
        scenario("same payload again (no server replay protection)").again()
            .differs("A payment is good once", 409)
            .calls()
            .runs(false);
        scenario("accepted.amount lower").pay((payment) -> accepting(payment, "amount", "1"))
            .error("requirement_mismatch");
        scenario("accepted.asset lowercase")
            .pay((payment) -> accepting(payment, "asset", "0x036cbd53842c5426634e7929541ec2318f3dcf7e"))
            .error("requirement_mismatch");
        scenario("resource.url different in payload")
            .pay((payment) -> payment.resource(Map.of("url", "https://elsewhere.example/")).header())
            .differs("Another resource is other terms", 402)
            .calls()
            .runs(false)
            .error("requirement_mismatch");
        scenario("dyn price mismatch (signed for n=1, sent n=2)").termsOf("/dyn?n=1").error("requirement_mismatch");
        scenario("handler 500");
        scenario("handler 404");
        scenario("handler throws");
        scenario("handler 302");
    }

    private static void verifying() {
        scenario("verify isValid false (200)")
            .verify(HostileFacilitatorServer.invalid("invalid_exact_evm_insufficient_balance"));
        scenario("verify permit2_allowance_required -> 412")
            .verify(HostileFacilitatorServer.invalid("permit2_allowance_required"))
            .differs("412 is not used", 402);
        scenario("verify HTTP 400 with isValid body")
            .verify(HostileFacilitatorServer.json(400,
                    "{\"isValid\":false,\"invalidReason\":\"invalid_payload: bad\"}"))
            .differs("Text that is no code proves nothing", 503);
        scenario("verify HTTP 500 JSON error").verify(HostileFacilitatorServer.json(500, "{\"error\":\"x\"}"))
            .unavailable();
        scenario("verify HTTP 503 html")
            .verify(HostileFacilitatorServer.document(503, "text/html", "<html>busy</html>"))
            .unavailable();
        scenario("verify 200 invalid JSON").verify(HostileFacilitatorServer.json("<html>")).unavailable();
        scenario("verify 200 wrong shape").verify(HostileFacilitatorServer.json("{\"valid\":true}")).unavailable();
        scenario("verify hangs (timeout 1500ms)").verify(HostileFacilitatorServer.hang()).unavailable();
    }

    private static void settling() {
        scenario("settle success:false (200)")
            .settle(HostileFacilitatorServer
                .json("{\"success\":false,\"errorReason\":" + "\"invalid_exact_evm_transaction_failed\",\"payer\":\""
                        + PAYER + "\",\"transaction\":\"\",\"network\":\"" + NETWORK + "\"}"))
            .pending();
        scenario("settle failed with settlementFailedResponseBody")
            .settle(HostileFacilitatorServer.notSettled("x_reason", "", NETWORK))
            .pending();
        scenario("settle HTTP 400 with success:false body")
            .settle(HostileFacilitatorServer.json(400, "{\"success\":false,\"errorReason\":\"nonce_used\","
                    + "\"transaction\":\"\",\"network\":\"" + NETWORK + "\"}"))
            .pending();
        scenario("settle HTTP 500 JSON").settle(HostileFacilitatorServer.json(500, "{\"error\":\"x\"}")).pending();
        scenario("settle 200 invalid JSON").settle(HostileFacilitatorServer.json("oops")).pending();
        scenario("settle hangs").settle(HostileFacilitatorServer.hang()).pending();
        scenario("settlement_pending twice")
            .settle(HostileFacilitatorServer.notSettled("settlement_pending", PENDING_TRANSACTION, NETWORK))
            .pending();
    }

    private static void upfront() {
        scenario("upfront ok");
        scenario("upfront handler 500");
        scenario("upfront settle fails").settle(HostileFacilitatorServer.notSettled("r", "", NETWORK)).pending();
    }

    @BeforeAll
    static void start() {
        server = HostileFacilitatorServer.start();
        app = PaidApp.start(List.of(Shop.class, ExpressConfiguration.class), "x402.facilitator.url=" + server.url(),
                "x402.payments.identifier=off", "x402.discovery.enabled=false", "x402.facilitator.verify-timeout=2s",
                "x402.facilitator.settle-timeout=2s");
    }

    @AfterAll
    static void stop() {
        server.close();
        app.close();
    }

    @BeforeEach
    void reset() {
        app.deliveries().reset();
        app.endUnknown();
    }

    static Stream<Arguments> recorded() {
        return Vectors.rows("express-2.27.0-http-behaviour.json", "responses")
            .stream()
            .map((row) -> arguments(row.path("name").asString(), row));
    }

    @Test
    void scenariosWhenCountedThenAreAllThatWereRecorded() {
        assertThat(recorded().map((row) -> (String) row.get()[0])).hasSize(43)
            .containsExactlyInAnyOrderElementsOf(SCENARIOS.keySet());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("recorded")
    void answerWhenPlayedAgainThenAsRecordedOrAsDecided(String name, JsonNode row) {
        Scenario scenario = SCENARIOS.get(name);
        server.on("/verify", VALID).on("/settle", SETTLED);
        String target = row.at("/request/path").asString();
        String method = row.at("/request/method").asString();
        String[] headers = scenario.headers(target);
        if (scenario.again) {
            assertThat(app.http().send(method, target, null, headers).status()).isEqualTo(200);
            app.deliveries().reset();
        }
        server.on("/verify", scenario.verify).on("/settle", scenario.settle);
        int before = server.requests().size();
        Answer answer = app.http().send(method, target, null, headers);
        assertThat(answer.status()).isEqualTo((scenario.status != 0) ? scenario.status : row.path("status").asInt());
        List<String> calls = server.requests()
            .stream()
            .skip(before)
            .map((request) -> request.path())
            .filter((path) -> !path.equals("/supported"))
            .toList();
        assertThat(calls).isEqualTo((scenario.calls != null) ? scenario.calls : texts(row.path("facilitatorCalls")));
        boolean ran = (scenario.ran != null) ? scenario.ran : row.path("handlerRan").asBoolean();
        assertThat(app.deliveries().runs()).hasSize(ran ? 1 : 0);
        JsonNode theirs = row.path("headers");
        assertChallenge(scenario, answer, theirs.path("payment-required"));
        assertReceipt(scenario, answer, theirs.path("payment-response"));
        if (scenario.status == 0 && theirs.has("cache-control")) {
            assertThat(answer.all("Cache-Control")).singleElement()
                .isIn(theirs.path("cache-control").asString(), scenario.stricter);
        }
        if (theirs.has("location")) {
            assertThat(answer.header("Location")).endsWith(theirs.path("location").asString());
        }
    }

    private static void assertChallenge(Scenario scenario, Answer answer, JsonNode theirs) {
        if (answer.status() != 402) {
            assertThat(answer.all("PAYMENT-REQUIRED")).isEmpty();
            return;
        }
        ObjectNode ours = decoded(answer, "PAYMENT-REQUIRED");
        String resource = ours.at("/resource/url").asString();
        ours.path("accepts").forEach((accept) -> {
            ObjectNode extra = (ObjectNode) accept.path("extra");
            assertThat(extra.remove("resource").asString()).isEqualTo(resource);
        });
        if (scenario.error != null) {
            assertThat(ours.path("error").asString()).isEqualTo(scenario.error);
        }
        if (theirs.isObject()) {
            ObjectNode recorded = (ObjectNode) theirs.deepCopy();
            assertThat(resource).endsWith(URI.create(theirs.at("/resource/url").asString()).getPath());
            ((ObjectNode) recorded.path("resource")).put("url", resource);
            if (scenario.error != null) {
                recorded.put("error", scenario.error);
            }
            assertThat(ours).hasToString(recorded.toString());
        }
    }

    private static void assertReceipt(Scenario scenario, Answer answer, JsonNode theirs) {
        if (scenario.pending) {
            assertThat(decoded(answer, "PAYMENT-RESPONSE").path("errorReason").asString())
                .isEqualTo("settlement_pending");
            assertThat(answer.header("Retry-After")).isNotNull();
            return;
        }
        if (!theirs.isObject() || answer.status() == 409 || "requirement_mismatch".equals(scenario.error)) {
            assertThat(answer.all("PAYMENT-RESPONSE")).isEmpty();
            return;
        }
        ObjectNode recorded = (ObjectNode) theirs.deepCopy();
        recorded.remove("errorMessage");
        if (recorded.has("payer")) {
            recorded.put("payer", PAYER);
        }
        assertThat(Vectors.object(decoded(answer, "PAYMENT-RESPONSE"))).isEqualTo(Vectors.object(recorded));
    }

    private static ObjectNode decoded(Answer answer, String header) {
        assertThat(answer.all(header)).hasSize(1);
        return (ObjectNode) JSON.readTree(Base64.getDecoder().decode(answer.header(header)));
    }

    private static List<String> texts(JsonNode list) {
        return list.valueStream().map(JsonNode::asString).toList();
    }

    private static Scenario scenario(String name) {
        Scenario scenario = new Scenario();
        SCENARIOS.put(name, scenario);
        return scenario;
    }

    private static String accepting(PaymentDraft payment, String name, String value) {
        Map<String, Object> accepted = new LinkedHashMap<>(app.terms("/ok").toMap());
        accepted.put(name, value);
        return payment.accepted(accepted).header();
    }

    private static final class Scenario {

        private Behaviour verify = VALID;

        private Behaviour settle = SETTLED;

        private Function<PaymentDraft, String> payment = PaymentDraft::header;

        private String @Nullable [] fixed;

        private @Nullable String termsOf;

        private boolean again;

        private boolean pending;

        private int status;

        private @Nullable String error;

        private @Nullable String stricter;

        private @Nullable List<String> calls;

        private @Nullable Boolean ran;

        String[] headers(String target) {
            if (this.fixed != null) {
                return this.fixed;
            }
            PaymentRequirements terms = app.terms((this.termsOf != null) ? this.termsOf : target);
            return new String[] {
                    "PAYMENT-SIGNATURE: " + this.payment.apply(PaidApp.WALLET.pay(terms, Instant.now())) };
        }

        Scenario unpaid() {
            return sends();
        }

        Scenario sends(String... lines) {
            this.fixed = lines;
            return this;
        }

        Scenario signature(String json) {
            return sends(
                    "PAYMENT-SIGNATURE: " + Base64.getEncoder().encodeToString(json.getBytes(StandardCharsets.UTF_8)));
        }

        Scenario pay(Function<PaymentDraft, String> payment) {
            this.payment = payment;
            return this;
        }

        Scenario termsOf(String target) {
            this.termsOf = target;
            return this;
        }

        Scenario again() {
            this.again = true;
            return this;
        }

        Scenario verify(Behaviour behaviour) {
            this.verify = behaviour;
            return this;
        }

        Scenario settle(Behaviour behaviour) {
            this.settle = behaviour;
            return this;
        }

        Scenario differs(String reason, int status) {
            assertThat(reason).isNotEmpty();
            this.status = status;
            return this;
        }

        Scenario calls(String... calls) {
            this.calls = List.of(calls);
            return this;
        }

        Scenario runs(boolean ran) {
            this.ran = ran;
            return this;
        }

        /** Spring Security and the thread of a stream run side by side. */
        Scenario maySayNoStore() {
            this.stricter = "no-cache, no-store, max-age=0, must-revalidate";
            return this;
        }

        Scenario error(String error) {
            this.error = error;
            return this;
        }

        Scenario malformed() {
            return differs("What cannot be read is a bad request", 400);
        }

        Scenario unavailable() {
            return differs("A facilitator in trouble says nothing about the payment", 503);
        }

        Scenario pending() {
            this.pending = true;
            return differs("Who signs anew might pay twice", 503);
        }

    }

    @Configuration(proxyBeanMethods = false)
    static class ExpressConfiguration {

        @RestController
        static class ExpressController {

            private final Deliveries deliveries;

            ExpressController(Deliveries deliveries) {
                this.deliveries = deliveries;
            }

            @GetMapping("/ok")
            @PaidEndpoint(price = "$0.01", authorize = "permitAll", description = "d", mimeType = "application/json")
            Map<String, Integer> ok() {
                this.deliveries.run("ok");
                return Map.of("ok", 1);
            }

            @GetMapping({ "/unpaid", "/sfb" })
            @PaidEndpoint(price = "$0.01", authorize = "permitAll")
            String plain() {
                return this.deliveries.run("plain");
            }

            @GetMapping("/cached")
            @PaidEndpoint(price = "$0.01", authorize = "permitAll")
            ResponseEntity<String> cached() {
                return ResponseEntity.ok().header("Cache-Control", "max-age=60").body(this.deliveries.run("cached"));
            }

            @GetMapping("/stream")
            @PaidEndpoint(price = "$0.01", authorize = "permitAll")
            StreamingResponseBody stream() {
                this.deliveries.run("stream");
                return (out) -> {
                    for (String part : List.of("a", "b", "c")) {
                        out.write(part.getBytes(StandardCharsets.UTF_8));
                        out.flush();
                    }
                };
            }

            @GetMapping("/dyn")
            @PaidEndpoint(price = "#{number(param('n'), '1').multiply(usd('0.01'))}", authorize = "permitAll")
            String dyn() {
                return this.deliveries.run("dyn");
            }

            @GetMapping({ "/h500", "/h404" })
            @PaidEndpoint(price = "$0.01", authorize = "permitAll")
            ResponseEntity<String> failing(HttpServletRequest request) {
                return ResponseEntity.status(Integer.parseInt(request.getRequestURI().substring(2)))
                    .body(this.deliveries.run("failing"));
            }

            @GetMapping("/throw")
            @PaidEndpoint(price = "$0.01", authorize = "permitAll")
            String throwing() {
                throw new IllegalStateException(this.deliveries.run("throwing"));
            }

            @GetMapping("/redir")
            @PaidEndpoint(price = "$0.01", authorize = "permitAll")
            void redirect(HttpServletResponse response) throws IOException {
                this.deliveries.run("redirect");
                response.sendRedirect("/x");
            }

            @GetMapping("/upfront500")
            @PaidEndpoint(price = "$0.01", authorize = "permitAll", flow = PaymentFlow.UPFRONT)
            ResponseEntity<String> upfront() {
                return ResponseEntity.status(500).body(this.deliveries.run("upfront"));
            }

        }

    }

}
