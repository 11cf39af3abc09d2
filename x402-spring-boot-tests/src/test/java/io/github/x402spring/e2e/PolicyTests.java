package io.github.x402spring.e2e;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.security.authorization.AuthorizationDecision;
import org.springframework.security.authorization.AuthorizationResult;

import io.github.x402spring.e2e.PolicyShop.Policy;
import io.github.x402spring.e2e.RawHttp.Answer;
import io.github.x402spring.facilitator.FacilitatorException;
import io.github.x402spring.facilitator.FakeFacilitator;
import io.github.x402spring.security.X402AuthorizationDecision;
import io.github.x402spring.test.PaymentDraft;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class PolicyTests {

    private static final AuthorizationResult YES = new AuthorizationDecision(true);

    private static PaidApp app;

    private static Policy policy;

    @BeforeAll
    static void start() {
        app = PaidApp.start(PolicyShop.class, "x402.ledger.max-entries=10000");
        policy = app.bean(Policy.class);
    }

    @AfterAll
    static void stop() {
        app.close();
    }

    @BeforeEach
    void reset() {
        policy.says(YES);
        app.reset();
    }

    @ParameterizedTest
    @ValueSource(strings = { "/forecast", "/stream", "/upfront" })
    void policyWhenItRefusesThenUnchargedAndTheSamePaymentIsGoodOnceItAllows(String path) {
        String payment = PaidApp.signature(app.pay(path));
        policy.says(new AuthorizationDecision(false));
        Answer refused = app.http().get(path, payment, PolicyShop.ALICE);
        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.reason()).isEqualTo("forbidden");
        assertThat(refused.json().at("/payment/charged").asString()).isEqualTo("no");
        assertThat(refused.header("PAYMENT-REQUIRED")).isNull();
        assertThat(app.facilitator().settlements()).isEmpty();
        assertThat(app.deliveries().runs()).isEmpty();

        policy.says(YES);
        assertThat(app.http().get(path, payment, PolicyShop.ALICE).status()).isEqualTo(200);
        assertThat(app.facilitator().settlements()).hasSize(1);
    }

    @ParameterizedTest
    @MethodSource("causes")
    void policyWhenStrangersAreRefusedThenTheyCannotTellWhyAndTheAuditCan(AuthorizationResult cause, String audited) {
        policy.says(new AuthorizationDecision(false));
        Answer plain = app.http().get("/forecast", PaidApp.signature(app.pay("/forecast")));
        policy.says(cause);
        Answer refused = app.http().get("/forecast", PaidApp.signature(app.pay("/forecast")));

        assertThat(withoutIds(refused)).isEqualTo(withoutIds(plain));
        assertThat(refused.status()).isEqualTo(401);
        assertThat(policy.denials()).singleElement().asString().contains(audited);
    }

    static Stream<Arguments> causes() {
        return Stream.of(
                Arguments.of(X402AuthorizationDecision.denied().policy("sanctions").cause("list 7, entry 12").build(),
                        "policy=sanctions, cause=list 7, entry 12"),
                Arguments.of(X402AuthorizationDecision.denied().policy("plan").requiredScopes(List.of("gold")).build(),
                        "policy=plan"),
                Arguments.of(X402AuthorizationDecision.granted().obligation("teleport", Map.of()).build(),
                        "granted=false"));
    }

    @Test
    void policyWhenAScopeIsMissingThenAKnownCallerIsToldWhich() {
        Answer refused = app.http().get("/scoped", PaidApp.signature(app.pay("/scoped")), PolicyShop.BOB);
        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.reason()).isEqualTo("insufficient_scope");
        assertThat(refused.json().at("/context/required/scopes/0").asString()).isEqualTo("weather");
        assertThat(refused.json().at("/advice/retry_with").asString()).isEqualTo("elevated_token");
        assertThat(refused.header("WWW-Authenticate"))
            .isEqualTo("Bearer error=\"insufficient_scope\", scope=\"weather\"");
        assertThat(app.facilitator().settlements()).isEmpty();
        assertThat(app.http().get("/scoped", PaidApp.signature(app.pay("/scoped")), PolicyShop.ALICE).status())
            .isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({ "oslo, 200, 1", "rome, 403, 0" })
    void expressionWhenItNamesAPathVariableThenItDecides(String city, int status, int settlements) {
        String path = "/cities/" + city;
        assertThat(app.http().get(path, PaidApp.signature(app.pay(path)), PolicyShop.BOB).status()).isEqualTo(status);
        assertThat(app.facilitator().settlements()).hasSize(settlements);
    }

    @Test
    void expressionWhenThePayerIsNotTheCallerThenRefusedAndUncharged() {
        assertThat(app.http().get("/own", PaidApp.signature(app.pay("/own")), PolicyShop.ALICE).status())
            .isEqualTo(403);
        assertThat(app.facilitator().settlements()).isEmpty();
    }

    @Test
    void policyWhenAnEndpointNamesItThenItDecidesThere() {
        Answer answer = app.http().get("/planned", PaidApp.signature(app.pay("/planned")), PolicyShop.ALICE);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text()).contains("delivered planned").doesNotContain("secret");
        assertThat(app.facilitator().settlements()).hasSize(1);
    }

    @Test
    void policyWhenAnEndpointNamesItAndItRefusesThenUnchargedThereAndOtherwiseNotAsked() {
        assertThat(app.http().get("/planned", PaidApp.signature(app.pay("/planned")), PolicyShop.BOB).status())
            .isEqualTo(403);
        assertThat(app.http().get("/planned", PaidApp.signature(app.pay("/planned"))).status()).isEqualTo(401);
        assertThat(app.facilitator().settlements()).isEmpty();
        assertThat(app.http().get("/text", PaidApp.signature(app.pay("/text")), PolicyShop.BOB).status())
            .isEqualTo(200);
    }

    @Test
    void expressionWhenItSaysNeitherYesNorNoThenIndeterminateAndUncharged() {
        Answer answer = app.http().get("/silent", PaidApp.signature(app.pay("/silent")), PolicyShop.ALICE);
        assertThat(answer.status()).isEqualTo(503);
        assertThat(app.facilitator().settlements()).isEmpty();
    }

    @Test
    void redactWhenTheAnswerIsJsonThenOnlyWhatIsAllowedLeaves() {
        policy.says(redact("sky", "days.c"));
        Answer answer = app.http().get("/forecast", PaidApp.signature(app.pay("/forecast")), PolicyShop.ALICE);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.json().toString()).doesNotContain("secret", "pressure", "70");
        assertThat(answer.json().at("/sky").asString()).isEqualTo("clear");
        assertThat(answer.json().at("/days/0/c").asInt()).isEqualTo(21);
        assertThat(app.facilitator().settlements()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = { "/text", "/stream", "/upfront" })
    void redactWhenTheAnswerCannotBeLimitedThenNothingLeavesAndNothingIsCharged(String path) {
        policy.says(redact("sky"));
        Answer answer = app.http().get(path, PaidApp.signature(app.pay(path)), PolicyShop.ALICE);
        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.everything()).doesNotContain("secret", "delivered");
        assertThat(app.facilitator().settlements()).isEmpty();
    }

    @Test
    void redactWhenThePaymentMayHaveBeenChargedBeforeThenItIsNotCalledUncharged() {
        String payment = PaidApp.signature(app.pay("/text"));
        app.facilitator().onSettle(FakeFacilitator.failure(new FacilitatorException("lost", null)));
        assertThat(app.http().get("/text", payment, PolicyShop.ALICE).reason()).isEqualTo("settlement_pending");
        policy.says(redact("sky"));
        Answer answer = app.http().get("/text", payment, PolicyShop.ALICE);
        assertThat(answer.reason()).isEqualTo("settlement_pending");
        assertThat(answer.json().at("/payment/charged").asString()).isEqualTo("unknown");
        assertThat(answer.everything()).doesNotContain("secret");
    }

    @ParameterizedTest
    @MethodSource("obligationsNobodyCarriesOut")
    void obligationWhenNobodyCarriesItOutThenAnAllowBecomesADeny(String type,
            Map<String, @Nullable Object> attributes) {
        policy.says(X402AuthorizationDecision.granted().obligation(type, attributes).build());
        Answer answer = app.http().get("/forecast", PaidApp.signature(app.pay("/forecast")), PolicyShop.ALICE);
        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.everything()).doesNotContain(type);
        assertThat(app.deliveries().runs()).isEmpty();
        assertThat(app.facilitator().settlements()).isEmpty();
    }

    static Stream<Arguments> obligationsNobodyCarriesOut() {
        return Stream.of(Arguments.of("teleport", Map.of()), Arguments.of("redact", Map.of()),
                Arguments.of("redact", Map.of("fields", "sky")), Arguments.of("redact", Map.of("fields", List.of(1))),
                Arguments.of("log", Map.of("level", "loud")), Arguments.of("rate_limit", Map.of("limit", "ten")),
                Arguments.of("rate_limit", Map.of("limit", 1, "window_seconds", 0)));
    }

    @Test
    void rateLimitWhenItIsReachedThenTooManyRequestsUnchargedUntilLater() {
        policy.says(X402AuthorizationDecision.granted()
            .obligation("rate_limit", Map.of("limit", 2, "window_seconds", 86_400))
            .build());
        for (int i = 0; i < 2; i++) {
            assertThat(app.http().get("/forecast", PaidApp.signature(app.pay("/forecast")), PolicyShop.BOB).status())
                .isEqualTo(200);
        }
        Answer answer = app.http().get("/forecast", PaidApp.signature(app.pay("/forecast")), PolicyShop.BOB);
        assertThat(answer.status()).isEqualTo(429);
        assertThat(answer.reason()).isEqualTo("limit_reached");
        assertThat(answer.json().at("/advice/retry_with").asString()).isEqualTo("later");
        assertThat(Integer.parseInt(String.valueOf(answer.header("Retry-After")))).isBetween(1, 86_400);
        assertThat(app.facilitator().settlements()).hasSize(2);
        assertThat(app.http().get("/forecast", PaidApp.signature(app.pay("/forecast")), PolicyShop.ALICE).status())
            .isEqualTo(200);
    }

    @Test
    void auditWhenAPolicyDemandsItThenRecordedBeforeTheAnswerLeaves() {
        policy.says(X402AuthorizationDecision.granted().obligation("audit", Map.of("why", "large")).build());
        assertThat(app.http().get("/forecast", PaidApp.signature(app.pay("/forecast")), PolicyShop.ALICE).status())
            .isEqualTo(200);
        assertThat(policy.audited()).singleElement().satisfies((event) -> {
            assertThat(event.attributes()).containsEntry("why", "large");
            assertThat(event.request().payment().payer()).isEqualToIgnoringCase(PaidApp.WALLET.address());
        });
    }

    @Test
    void logWhenAPolicyDemandsItThenOneLineWithoutItsControlCharacters() {
        policy.says(X402AuthorizationDecision.granted()
            .obligation("log", Map.of("level", "warn", "name", "large\nERROR forged"))
            .build());
        try (CapturedLog log = CapturedLog.begin()) {
            assertThat(app.http().get("/forecast", PaidApp.signature(app.pay("/forecast")), PolicyShop.ALICE).status())
                .isEqualTo(200);
            assertThat(log.text()).contains("large?ERROR forged");
        }
    }

    private static AuthorizationResult redact(String... fields) {
        return X402AuthorizationDecision.granted().obligation("redact", Map.of("fields", List.of(fields))).build();
    }

    private static String withoutIds(Answer answer) {
        return answer.everything()
            .replaceAll("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "id")
            .replaceAll("Date=[^,]*, [^,]*", "Date");
    }

    @Test
    void payerWhenSheSignsInAsHerselfThenStillNoIdentity() {
        PaymentDraft payment = app.pay("/own");
        assertThat(app.http().get("/own", PaidApp.signature(payment)).status()).isEqualTo(401);
        assertThat(app.facilitator().verifications()).isEmpty();
    }

}
