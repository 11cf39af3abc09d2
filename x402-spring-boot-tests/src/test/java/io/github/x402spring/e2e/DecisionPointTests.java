package io.github.x402spring.e2e;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.security.authorization.AuthorizationDecision;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import io.github.x402spring.e2e.PolicyShop.Policy;
import io.github.x402spring.e2e.RawHttp.Answer;

import static org.assertj.core.api.Assertions.assertThat;

class DecisionPointTests {

    private static final List<JsonNode> questions = new CopyOnWriteArrayList<>();

    private static final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();

    private static volatile Reply reply = Reply.of("{}");

    private static HttpServer server;

    private static PaidApp opa;

    private static PaidApp authzen;

    @BeforeAll
    static void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(executor);
        server.createContext("/", DecisionPointTests::answer);
        server.start();
        String url = "http://localhost:" + server.getAddress().getPort();
        opa = PaidApp.start(Silent.class, "x402.authorization.opa.url=" + url + "/v1/data/shop/paid",
                "x402.authorization.opa.timeout=300ms");
        authzen = PaidApp.start(Silent.class, "x402.authorization.authzen.url=" + url + "/access/v1/evaluation",
                "x402.authorization.authzen.timeout=300ms");
    }

    @AfterAll
    static void stop() {
        opa.close();
        authzen.close();
        server.stop(0);
        executor.shutdownNow();
    }

    @BeforeEach
    void reset() {
        questions.clear();
        for (PaidApp app : List.of(opa, authzen)) {
            app.reset();
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"result":true}                                                            | 200 |
            {"result":{"allow":true,"reason":"plan"}}                                  | 200 |
            {"decision_id":"1","result":{"allow":true,"obligations":[{"type":"log"}]}} | 200 |
            {"result":false}                                                           | 403 | forbidden
            {}                                                                         | 403 | forbidden
            {"result":{"allow":false,"reason":"embargo"}}                              | 403 | forbidden
            {"result":{"allow":false,"advice":{"scopes":["gold","silver"]}}}           | 403 | insufficient_scope
            {"result":{"allow":false,"advice":{"retry_after":7}}}                      | 429 | limit_reached
            {"result":{"allow":true,"obligations":[{"type":"teleport"}]}}              | 403 | forbidden
            {"result":{"allow":"yes"}}                                                 | 503 | temporarily_unavailable
            {"result":{"allow":true,"obligations":"log"}}                              | 503 | temporarily_unavailable
            {"result":{"allow":true,"obligations":[{"level":"info"}]}}                 | 503 | temporarily_unavailable
            {"result":{"allow":false,"advice":{"scopes":["a\\"b"]}}}                   | 503 | temporarily_unavailable
            {"result":"true"}                                                          | 503 | temporarily_unavailable
            """)
    void opaWhenItAnswersThenItsDecisionHolds(String document, int status, String reason) {
        assertDecision(opa, document, status, reason);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"decision":true}                                                           | 200 |
            {"decision":true,"context":{"reason":"plan"}}                               | 200 |
            {"decision":false}                                                          | 403 | forbidden
            {"decision":false,"context":{"reason":{"admin":"embargo"}}}                 | 403 | forbidden
            {"decision":false,"context":{"advice":{"scopes":["gold"]}}}                 | 403 | insufficient_scope
            {"decision":false,"context":{"advice":{"retry_after":7}}}                   | 429 | limit_reached
            {"decision":true,"context":{"obligations":[{"type":"teleport"}]}}           | 403 | forbidden
            {"decision":true,"context":{"obligations":{"type":"log"}}}                  | 503 | temporarily_unavailable
            {"decision":"true"}                                                         | 503 | temporarily_unavailable
            {}                                                                          | 503 | temporarily_unavailable
            """)
    void authZenWhenItAnswersThenItsDecisionHolds(String document, int status, String reason) {
        assertDecision(authzen, document, status, reason);
    }

    private static void assertDecision(PaidApp app, String document, int status, String reason) {
        reply = Reply.of(document);
        Answer answer = pay(app);
        assertThat(answer.status()).isEqualTo(status);
        assertThat(app.facilitator().settlements()).hasSize((status == 200) ? 1 : 0);
        assertThat(app.deliveries().runs()).hasSize((status == 200) ? 1 : 0);
        if (status != 200) {
            assertThat(answer.reason()).isEqualTo(reason);
            assertThat(answer.everything()).doesNotContain("embargo", "teleport");
        }
    }

    @ParameterizedTest
    @EnumSource
    void decisionPointWhenItIsInTroubleThenIndeterminateAndUnchargedUntilItIsWell(Trouble trouble) {
        for (PaidApp app : List.of(opa, authzen)) {
            String payment = PaidApp.signature(app.pay("/forecast"));
            reply = trouble.reply;
            Answer answer = app.http().get("/forecast", payment, PolicyShop.ALICE);
            trouble.over.countDown();
            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.json().path("decision").asString()).isEqualTo("indeterminate");
            assertThat(answer.json().at("/payment/charged").asString()).isEqualTo("no");
            assertThat(answer.header("Retry-After")).isNotNull();
            assertThat(answer.everything()).doesNotContain("secret of the policy");
            assertThat(app.facilitator().settlements()).isEmpty();
            assertThat(app.deliveries().runs()).isEmpty();

            reply = Reply.of("{\"result\":true,\"decision\":true}");
            assertThat(app.http().get("/forecast", payment, PolicyShop.ALICE).status()).isEqualTo(200);
        }
    }

    @Test
    void decisionPointWhenItIsDownThenIndeterminateAndUncharged() {
        try (PaidApp app = PaidApp.start(Silent.class, "x402.authorization.opa.url=http://localhost:1/v1/data/shop")) {
            assertThat(pay(app).status()).isEqualTo(503);
            assertThat(app.facilitator().settlements()).isEmpty();
        }
    }

    @Test
    void opaWhenAskedThenLearnsWhoWhatAndHowMuchAndNoSecret() {
        reply = Reply.of("{\"result\":true}");
        pay(opa);
        JsonNode input = questions.get(0).path("input");
        assertThat(input.at("/subject/id").asString()).isEqualTo("alice");
        assertThat(input.at("/subject/properties/authorities/0").asString()).isEqualTo("SCOPE_weather");
        assertThat(input.at("/action/name").asString()).isEqualTo("GET");
        assertThat(input.at("/resource/id").asString()).isEqualTo("counter-forecast");
        assertThat(input.at("/payment/amount").asString()).isEqualTo("10000");
        assertThat(input.at("/payment/payer").asString()).isEqualToIgnoringCase(PaidApp.WALLET.address());
        assertThat(questions.get(0).toString()).doesNotContain("signature", "Authorization", "nonce");
    }

    @Test
    void authZenWhenAskedThenInTheFormOfTheAccessEvaluationApi() {
        reply = Reply.of("{\"decision\":true}");
        pay(authzen);
        JsonNode question = questions.get(0);
        assertThat(question.propertyNames()).containsExactlyInAnyOrder("subject", "action", "resource", "context");
        assertThat(question.at("/subject/type").asString()).isEqualTo("user");
        assertThat(question.at("/subject/id").asString()).isEqualTo("alice");
        assertThat(question.at("/resource/type").asString()).isEqualTo("endpoint");
        assertThat(question.at("/context/payment/payTo").asString()).isEqualTo(PaidApp.PAY_TO);
    }

    private static Answer pay(PaidApp app) {
        return app.http().get("/forecast", PaidApp.signature(app.pay("/forecast")), PolicyShop.ALICE);
    }

    private static void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            questions.add(JsonMapper.shared().readTree(exchange.getRequestBody().readAllBytes()));
            reply.to(exchange);
        }
        catch (InterruptedException ex) {
            Thread.currentThread().interrupt();
        }
    }

    /** What may go wrong. */
    enum Trouble {

        SLOW((exchange, over) -> {
            over.await();
            Reply.send(exchange, 200, "{\"result\":true,\"decision\":true}");
        }),

        SLOW_AFTER_THE_FIRST_BYTE((exchange, over) -> {
            exchange.sendResponseHeaders(200, 0);
            OutputStream body = exchange.getResponseBody();
            body.write('{');
            body.flush();
            over.await();
        }),

        HANGS_UP((exchange, over) -> exchange.close()),

        FAILS((exchange, over) -> Reply.send(exchange, 500, "{\"result\":true,\"decision\":true}")),

        REDIRECTS((exchange, over) -> {
            exchange.getResponseHeaders().add("Location", "/elsewhere");
            Reply.send(exchange, 302, "{\"result\":true,\"decision\":true}");
        }),

        ANSWERS_HTML((exchange, over) -> Reply.send(exchange, 200, "<html>secret of the policy</html>")),

        ANSWERS_NOTHING((exchange, over) -> Reply.send(exchange, 200, "")),

        ANSWERS_TOO_MUCH((exchange, over) -> Reply.send(exchange, 200,
                "{\"result\":true,\"decision\":true,\"padding\":\"" + "x".repeat(80_000) + "\"}")),

        ANSWERS_TWICE((exchange, over) -> Reply.send(exchange, 200,
                "{\"result\":false,\"decision\":false,\"result\":true,\"decision\":true}"));

        private final CountDownLatch over = new CountDownLatch(2);

        private final Reply reply;

        Trouble(TroubledReply reply) {
            this.reply = (exchange) -> reply.to(exchange, this.over);
        }

    }

    @FunctionalInterface
    private interface TroubledReply {

        void to(HttpExchange exchange, CountDownLatch over) throws IOException, InterruptedException;

    }

    @FunctionalInterface
    private interface Reply {

        void to(HttpExchange exchange) throws IOException, InterruptedException;

        static Reply of(String document) {
            return (exchange) -> send(exchange, 200, document);
        }

        static void send(HttpExchange exchange, int status, String document) throws IOException {
            byte[] bytes = document.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.sendResponseHeaders(status, (bytes.length > 0) ? bytes.length : -1);
            exchange.getResponseBody().write(bytes);
        }

    }

    /** The shop, where the policy in the application always agrees. */
    @Configuration(proxyBeanMethods = false)
    @Import(PolicyShop.class)
    static class Silent {

        Silent(Policy policy) {
            policy.says(new AuthorizationDecision(true));
        }

    }

}
