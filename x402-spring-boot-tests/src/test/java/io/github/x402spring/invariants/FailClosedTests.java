package io.github.x402spring.invariants;

import java.time.Clock;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.authorization.AuthorizationDecision;
import org.springframework.security.authorization.AuthorizationManager;
import org.springframework.security.authorization.AuthorizationResult;
import org.springframework.security.core.Authentication;

import io.github.x402spring.e2e.PaidApp;
import io.github.x402spring.e2e.PermissiveFacilitatorConfiguration;
import io.github.x402spring.e2e.RawHttp.Answer;
import io.github.x402spring.e2e.Shop;
import io.github.x402spring.facilitator.FacilitatorException;
import io.github.x402spring.facilitator.FacilitatorNotReachedException;
import io.github.x402spring.facilitator.FakeFacilitator;
import io.github.x402spring.ledger.FakeLedger;
import io.github.x402spring.ledger.FakeLedger.Operation;
import io.github.x402spring.ledger.LedgerException;
import io.github.x402spring.ledger.memory.InMemoryLedgers;
import io.github.x402spring.protocol.ReasonCode;
import io.github.x402spring.protocol.VerifyResponse;
import io.github.x402spring.security.PaidRequest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * Invariant 5: trouble in the facilitator, the ledger, the policy or the parser denies;
 * it never lets through.
 */
class FailClosedTests {

    private static PaidApp app;

    @BeforeAll
    static void start() {
        app = PaidApp
            .start(List.of(Shop.class, PermissiveFacilitatorConfiguration.class, FailingLedger.class, Policy.class));
    }

    @AfterAll
    static void stop() {
        app.close();
    }

    @BeforeEach
    void reset() {
        app.reset();
        app.bean(FakeLedger.class).recover();
        policy(() -> new AuthorizationDecision(true));
    }

    @Test
    void payWhenNothingIsInTroubleThenServed() {
        assertThat(app.http().get("/a", PaidApp.signature(app.pay("/a"))).status()).isEqualTo(200);
        assertThat(app.deliveries().runs()).containsExactly("a");
        assertThat(app.facilitator().settlements()).hasSize(1);
    }

    static Stream<Arguments> facilitators() {
        return Stream.of(
                arguments("is not reached", FakeFacilitator.failure(new FacilitatorNotReachedException("down", null))),
                arguments("replies nonsense", FakeFacilitator.failure(new FacilitatorException("nonsense", null))),
                arguments("has a bug", FakeFacilitator.failure(new IllegalStateException("bug"))),
                arguments("says no", answer((call) -> VerifyResponse.invalid(ReasonCode.of("insufficient_funds")))),
                arguments("verified another payer",
                        answer((call) -> VerifyResponse.valid("0x000000000000000000000000000000000000dEaD"))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("facilitators")
    void payWhenTheFacilitatorIsInTroubleThenDenied(String name, FakeFacilitator.Answer<VerifyResponse> reply) {
        String payment = PaidApp.signature(app.pay("/a"));
        app.facilitator().onVerify(reply);
        assertDenied(app.http().get("/a", payment));
    }

    @ParameterizedTest
    @EnumSource(value = Operation.class, names = { "RESERVE", "SETTLING" })
    void payWhenTheLedgerIsInTroubleThenDenied(Operation operation) {
        String payment = PaidApp.signature(app.pay("/a"));
        app.bean(FakeLedger.class).failOn(operation, new LedgerException("down", null));
        Answer answer = app.http().get("/a", payment);
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.text()).doesNotContain("delivered");
        assertThat(app.facilitator().settlements()).isEmpty();
    }

    static Stream<Arguments> policies() {
        return Stream.of(arguments("fails", (Supplier<@Nullable AuthorizationResult>) () -> {
            throw new IllegalStateException("bug");
        }), arguments("is silent", (Supplier<@Nullable AuthorizationResult>) () -> null),
                arguments("denies", (Supplier<AuthorizationResult>) () -> new AuthorizationDecision(false)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("policies")
    void payWhenThePolicyIsInTroubleThenDenied(String name, Supplier<@Nullable AuthorizationResult> policy) {
        String payment = PaidApp.signature(app.pay("/a"));
        policy(policy);
        assertDenied(app.http().get("/a", payment));
        policy(() -> new AuthorizationDecision(true));
        assertThat(app.http().get("/a", payment).status()).isEqualTo(200);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("policies")
    void payWhenThePolicyIsInTroubleWhileThePaymentIsUnknownThenItStaysUnknown(String name,
            Supplier<@Nullable AuthorizationResult> policy) {
        String payment = PaidApp.signature(app.pay("/a"));
        app.facilitator().onSettle(FakeFacilitator.failure(new FacilitatorException("lost", null)));
        assertThat(app.http().get("/a", payment).status()).isEqualTo(503);
        app.reset();
        policy(policy);
        Answer answer = app.http().get("/a", payment);
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.json().at("/payment/charged").asString()).isEqualTo("unknown");
        assertThat(app.facilitator().settlements()).isEmpty();
        assertThat(app.deliveries().runs()).isEmpty();
        app.facilitator().onVerify(VerifyResponse.invalid(ReasonCode.of("insufficient_funds")));
        policy(() -> new AuthorizationDecision(true));
        assertThat(app.http().get("/a", payment).status()).isEqualTo(200);
        assertThat(app.facilitator().verifications()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "nonsense", "e30=", "bnVsbA==", "eyJ4NDAyVmVyc2lvbiI6Mn0=" })
    void payWhenTheParserIsInTroubleThenDenied(String header) {
        assertDenied(app.http().get("/a", "PAYMENT-SIGNATURE: " + header));
    }

    private static FakeFacilitator.Answer<VerifyResponse> answer(FakeFacilitator.Answer<VerifyResponse> answer) {
        return answer;
    }

    private static void policy(Supplier<? extends @Nullable AuthorizationResult> ruling) {
        app.bean(Policy.class).ruling.set(ruling);
    }

    private static void assertDenied(Answer answer) {
        assertThat(answer.status()).isBetween(400, 503);
        assertThat(answer.json().path("decision").asString()).isIn("deny", "indeterminate");
        assertThat(app.deliveries().runs()).isEmpty();
        assertThat(app.facilitator().settlements()).isEmpty();
    }

    /**
     * A ledger that fails when it is told to.
     */
    @Configuration(proxyBeanMethods = false)
    static class FailingLedger {

        @Bean
        FakeLedger ledger() {
            return new FakeLedger(new InMemoryLedgers(Clock.systemUTC(), 1000).payments());
        }

    }

    /**
     * A policy that decides, or fails, as it is told to.
     */
    static final class Policy implements AuthorizationManager<PaidRequest> {

        private final AtomicReference<Supplier<? extends @Nullable AuthorizationResult>> ruling = new AtomicReference<>(
                () -> null);

        @Override
        public @Nullable AuthorizationResult authorize(Supplier<? extends @Nullable Authentication> authentication,
                PaidRequest request) {
            return this.ruling.get().get();
        }

    }

}
