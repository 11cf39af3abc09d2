package io.github.x402spring.e2e;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.security.authorization.AuthorizationDecision;
import tools.jackson.databind.JsonNode;

import io.github.x402spring.audit.AuditRecord;
import io.github.x402spring.audit.AuditRecord.OperatorActed;
import io.github.x402spring.e2e.RawHttp.Answer;
import io.github.x402spring.ledger.history.PaymentFilter;
import io.github.x402spring.ledger.history.PaymentHistory;
import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.ReasonCode;
import io.github.x402spring.protocol.SettleResponse;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Requests of an operator to the endpoints of Actuator.
 */
@Tag("locale")
class OperatorEndpointTests {

    private static final String OPERATOR = PolicyShop.ALICE;

    private static final String READER = PolicyShop.BOB;

    private static final String JSON = "Content-Type: application/json";

    private static final String PAYMENTS = "/actuator/x402payments";

    private static PaidApp app;

    @BeforeAll
    static void start() {
        app = open("management.endpoint.x402payments.roles=SCOPE_weather");
        app.bean(PolicyShop.Policy.class).says(new AuthorizationDecision(true));
        assertThat(app.http().get("/text", PaidApp.signature(app.pay("/text"))).status()).isEqualTo(200);
    }

    private static PaidApp open(String... properties) {
        String[] all = new String[properties.length + 3];
        all[0] = "management.endpoints.web.exposure.include=x402,x402payments,x402tasks,x402revocations,health,info";
        all[1] = "management.endpoint.health.show-details=always";
        all[2] = "management.health.redis.enabled=false";
        System.arraycopy(properties, 0, all, 3, properties.length);
        return PaidApp.start(List.of(PolicyShop.class, RecordedAudit.class), all);
    }

    @AfterAll
    static void stop() {
        app.close();
    }

    @Test
    void overviewWhenAskedThenShowsTermsPolicyFlowAndStates() {
        JsonNode overview = app.http().get("/actuator/x402").json();
        assertThat(overview.path("accepting").asBoolean()).isTrue();
        JsonNode endpoint = overview.path("endpoints").get(0);
        assertThat(endpoint.path("name").asString()).isNotEmpty();
        assertThat(endpoint.path("policy").asString()).isNotEmpty();
        assertThat(endpoint.path("flow").asString()).isEqualTo("authorization");
        assertThat(endpoint.path("paused").asBoolean(true)).isFalse();
        assertThat(endpoint.at("/terms/0/price").asString()).isEqualTo("0.01 USDC");
        assertThat(endpoint.at("/terms/0/network").asString()).isEqualTo("eip155:84532");
        assertThat(endpoint.at("/terms/0/payTo").asString()).isEqualTo(PaidApp.PAY_TO);
        assertThat(overview.at("/ledger/type").asString()).isEqualTo("memory");
        assertThat(overview.at("/ledger/reachable").asBoolean()).isTrue();
        assertThat(overview.at("/ledger/unknown/count").isNumber()).isTrue();
        assertThat(overview.at("/facilitator/settle").asString()).isIn("CLOSED", "NONE");
        assertThat(overview.at("/totals/sums").isArray()).isTrue();
    }

    @Test
    void paymentsWhenCallerHasTheRoleThenShowsWhoPaid() {
        JsonNode payments = app.http().get(PAYMENTS + "?state=settled", OPERATOR).json();
        JsonNode payment = payments.path("payments").get(0);
        assertThat(payment.path("payer").asString()).isEqualToIgnoringCase(PaidApp.WALLET.address());
        assertThat(payment.path("amount").asString()).isEqualTo("0.01");
        assertThat(payment.path("asset").asString()).isEqualTo("USDC");
        assertThat(payment.path("transaction").asString()).startsWith("0x");
        JsonNode timeline = app.http().get(PAYMENTS + "/" + payment.path("id").asString(), OPERATOR).json();
        assertThat(timeline.path("events").valueStream().map((event) -> event.path("type").asString()))
            .startsWith("RESERVED", "SETTLING", "SETTLED");
        assertThat(app.http()
            .get(PAYMENTS + "?payer=" + PaidApp.WALLET.address(), OPERATOR)
            .json()
            .path("payments")
            .size()).isPositive();
    }

    static List<String> others() {
        return List.of("X-Nobody: 1", READER);
    }

    @ParameterizedTest
    @MethodSource("others")
    void paymentsWhenCallerHasNotTheRoleThenHidesWhoPaid(String who) {
        Answer answer = app.http().get(PAYMENTS, who);
        assertThat(answer.text()).containsPattern("\"payer\":\"\\*{6}\"")
            .doesNotContainIgnoringCase(PaidApp.WALLET.address().substring(2));
        assertThat(answer.json().at("/payments/0/id").isNull() || answer.json().at("/payments/0/id").isMissingNode())
            .isTrue();
        assertThat(app.http().get(PAYMENTS + "?payer=" + PaidApp.WALLET.address(), who).status()).isEqualTo(400);
        assertThat(app.http().get(PAYMENTS + "?caller=ann", who).status()).isEqualTo(400);
        String id = app.http().get(PAYMENTS, OPERATOR).json().at("/payments/0/id").asString();
        assertThat(app.http().get(PAYMENTS + "/" + id, who).status()).isEqualTo(404);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            show-values=when-authorized |                         | false | false | false
            roles=                      |                         | false | false | false
            roles=CLERK                 |                         | false | false | false
            roles=SCOPE_weather         |                         | true  | false | false
            roles=CLERK,SCOPE_weather   |                         | true  | false | false
            show-values=when-authorized | authority=SCOPE_weather | true  | false | false
            roles=                      | authority=SCOPE_weather | true  | false | false
            roles=CLERK                 | authority=SCOPE_weather | false | false | false
            show-values=never           | authority=SCOPE_weather | false | false | false
            show-values=always          |                         | true  | true  | true
            """)
    void paymentsWhenNothingElseIsToldThenOnlyTheRoleSeesWhoPaid(String endpoint, @Nullable String console,
            boolean withRole, boolean withoutRole, boolean anonymous) {
        try (PaidApp told = open("management.endpoint.x402payments." + endpoint,
                (console != null) ? "x402.console." + console : "x402.console.enabled=false")) {
            told.bean(PolicyShop.Policy.class).says(new AuthorizationDecision(true));
            assertThat(told.http().get("/text", PaidApp.signature(told.pay("/text"))).status()).isEqualTo(200);
            String id = told.bean(PaymentHistory.class)
                .payments(PaymentFilter.ANY, null, 1)
                .payments()
                .get(0)
                .key()
                .reference();
            assertThat(shown(told, id, OPERATOR)).isEqualTo(withRole);
            assertThat(shown(told, id, READER)).isEqualTo(withoutRole);
            assertThat(shown(told, id, "X-Nobody: 1")).isEqualTo(anonymous);
        }
    }

    /** Whatever a caller is not shown in one of the replies is in none of them. */
    private static boolean shown(PaidApp app, String id, String who) {
        String all = Stream
            .of("", "payments", "payments/" + id, "payments?payer=" + PaidApp.WALLET.address(), "/nothing")
            .map((path) -> app.http().get("/actuator/x402" + path, who).text())
            .collect(Collectors.joining());
        String wallet = PaidApp.WALLET.address().toLowerCase(Locale.ROOT);
        boolean shown = all.toLowerCase(Locale.ROOT).contains(wallet);
        assertThat(all.contains(id)).isEqualTo(shown);
        assertThat(app.http().get(PAYMENTS + "/" + id, who).status()).isEqualTo(shown ? 200 : 404);
        return shown;
    }

    @ParameterizedTest
    @ValueSource(strings = { "state=paid", "limit=0", "limit=501", "from=yesterday", "after=x" })
    void paymentsWhenNotUnderstoodThenBadRequest(String query) {
        assertThat(app.http().get(PAYMENTS + "?" + query, OPERATOR).status()).isEqualTo(400);
    }

    @Test
    void sectionWhenThereIsNoneThenNotFound() {
        assertThat(app.http().get("/actuator/x402/secrets", OPERATOR).status()).isEqualTo(404);
        assertThat(app.http().get(PAYMENTS + "/eA", OPERATOR).status()).isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "/a", "payments", "payments/a", "revocations/payer", "tasks/a" })
    void operationWhenNotAllowedByConfigurationThenIsNotThere(String path) {
        assertThat(app.http().send("POST", "/actuator/x402" + path, "{\"accepting\":false}", JSON, OPERATOR).status())
            .isIn(404, 405);
        assertThat(app.http().get("/actuator/x402").json().path("accepting").asBoolean()).isTrue();
    }

    @Test
    void operationWhenAllowedThenReconcilesAndRevokes() {
        try (PaidApp changeable = open("management.endpoint.x402payments.access=unrestricted",
                "management.endpoint.x402revocations.access=unrestricted",
                "management.endpoint.x402payments.show-values=never")) {
            changeable.bean(PolicyShop.Policy.class).says(new AuthorizationDecision(true));
            assertThat(post(changeable, "payments", "{}").status()).isEqualTo(200);
            assertThat(post(changeable, "/nothing", "{}").status()).isEqualTo(404);
            String payment = PaidApp.signature(changeable.pay("/text"));
            String wallet = "{\"value\":\"" + PaidApp.WALLET.address() + "\",\"revoked\":";
            assertThat(post(changeable, "revocations/payer", wallet + "true}").status()).isEqualTo(200);
            assertThat(changeable.http().get("/text", payment).status()).isIn(401, 403);
            assertThat(post(changeable, "revocations/payer", wallet + "false}").status()).isEqualTo(200);
            assertThat(changeable.http().get("/text", payment).status()).isEqualTo(200);
            assertThat(post(changeable, "revocations/pet", wallet + "true}").status()).isEqualTo(400);
            assertThat(post(changeable, "revocations/payer", "{}").status()).isEqualTo(400);
            assertThat(changeable.http().get(PAYMENTS, OPERATOR).text()).contains("******");
        }
    }

    @Test
    void operationWhenAPaymentOfUnknownOutcomeIsEndedThenItIsDeliveredOnceAndTheAuditHasWhoAndWhat() {
        try (PaidApp changeable = open("management.endpoint.x402payments.access=unrestricted",
                "management.endpoint.x402payments.roles=SCOPE_weather", "x402.ledger.reconcile-interval=1h")) {
            changeable.bean(PolicyShop.Policy.class).says(new AuthorizationDecision(true));
            SettleResponse pending = SettleResponse.failed(ReasonCode.SETTLEMENT_PENDING, "",
                    Network.parse("base-sepolia"));
            changeable.facilitator().onSettle(pending).onSettle(pending);
            String payment = PaidApp.signature(changeable.pay("/text"));
            assertThat(changeable.http().get("/text", payment).status()).isEqualTo(503);
            String id = changeable.http()
                .get(PAYMENTS + "?state=unknown", OPERATOR)
                .json()
                .at("/payments/0/id")
                .asString();
            Answer early = end(changeable, id, "{\"settled\":false}");
            assertThat(early.status()).isEqualTo(400);
            assertThat(end(changeable, id, "{\"settled\":true}").status()).isEqualTo(400);
            assertThat(end(changeable, id, "{\"settled\":true,\"transaction\":\"0x1\"}").status()).isEqualTo(400);
            assertThat(actions(changeable)).isEmpty();
            String transaction = "0x" + "cd".repeat(32);
            assertThat(end(changeable, id, "{\"settled\":true,\"transaction\":\"" + transaction + "\"}").status())
                .isEqualTo(200);
            assertThat(actions(changeable)).singleElement()
                .satisfies((record) -> assertThat(record.toMap()).containsEntry("caller", "alice")
                    .containsEntry("action", "payment_settled")
                    .hasEntrySatisfying("details", (details) -> assertThat(details).asString()
                        .contains(transaction, PaidApp.WALLET.address().toLowerCase(Locale.ROOT))));
            JsonNode timeline = changeable.http().get(PAYMENTS + "/" + id, OPERATOR).json();
            assertThat(timeline.path("events").valueStream().map((event) -> event.path("type").asString()))
                .endsWith("SETTLED", "BY_OPERATOR");
            int settlements = changeable.facilitator().settlements().size();
            assertThat(changeable.http().get("/text", payment).status()).isEqualTo(200);
            assertThat(changeable.http().get("/text", payment).status()).isEqualTo(409);
            assertThat(changeable.facilitator().settlements()).hasSize(settlements);
            assertThat(end(changeable, id, "{\"settled\":true,\"transaction\":\"" + transaction + "\"}").status())
                .isEqualTo(400);
        }
    }

    private static List<AuditRecord> actions(PaidApp app) {
        return app.bean(RecordedAudit.class).records().stream().filter(OperatorActed.class::isInstance).toList();
    }

    private static Answer end(PaidApp app, String id, String body) {
        return app.http().send("POST", PAYMENTS + "/" + id, body, JSON, OPERATOR);
    }

    private static Answer post(PaidApp app, String path, String body) {
        return app.http().send("POST", "/actuator/x402" + path, body, JSON);
    }

    @Test
    void healthWhenASettlementIsUnknownForTooLongThenDegradedAndStillServing() {
        try (PaidApp impatient = open("management.health.x402.max-unknown-age=1ms",
                "management.endpoint.health.probes.enabled=true", "x402.ledger.reconcile-interval=1h")) {
            impatient.bean(PolicyShop.Policy.class).says(new AuthorizationDecision(true));
            assertThat(impatient.http().get("/actuator/health").json().at("/components/x402/status").asString())
                .isEqualTo("UP");
            SettleResponse pending = SettleResponse.failed(ReasonCode.SETTLEMENT_PENDING, "",
                    Network.parse("base-sepolia"));
            impatient.facilitator().onSettle(pending).onSettle(pending);
            assertThat(impatient.http().get("/text", PaidApp.signature(impatient.pay("/text"))).status())
                .isEqualTo(503);
            Answer health = impatient.http().get("/actuator/health");
            assertThat(health.status()).isEqualTo(200);
            assertThat(health.json().at("/components/x402/status").asString()).isEqualTo("DEGRADED");
            assertThat(health.json().at("/components/x402/details/unknownSettlements").asInt()).isOne();
            Answer liveness = impatient.http().get("/actuator/health/liveness");
            assertThat(liveness.status()).isEqualTo(200);
            assertThat(liveness.text()).doesNotContain("x402");
        }
    }

    @Test
    void infoWhenAskedThenSaysHowItSells() {
        JsonNode info = app.http().get("/actuator/info").json().path("x402");
        assertThat(info.path("paidEndpoints").asInt()).isPositive();
        assertThat(info.at("/networks/0").asString()).isEqualTo("eip155:84532");
        assertThat(info.path("ledger").asString()).isEqualTo("memory");
        assertThat(info.toString()).doesNotContain("0x");
    }

}
