package io.github.x402spring.invariants;

import java.math.BigInteger;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import io.github.x402spring.e2e.PaidApp;
import io.github.x402spring.e2e.PermissiveFacilitatorConfiguration;
import io.github.x402spring.e2e.RawHttp.Answer;
import io.github.x402spring.e2e.Shop;
import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.TokenAmount;
import io.github.x402spring.test.PaymentDraft;
import io.github.x402spring.test.TestWallet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * Invariant 6: amount, asset, network, payTo and domain come from configuration; what the
 * client echoes is compared, never used. The payments here are signed for what they echo.
 */
class OnlyOurOwnTermsCountTests {

    private static final String OTHER = TestWallet.named("7").address();

    private static PaidApp app;

    private static PaymentRequirements ours;

    @BeforeAll
    static void start() {
        app = PaidApp.start(List.of(Shop.class, PermissiveFacilitatorConfiguration.class));
        ours = app.terms("/a");
    }

    @AfterAll
    static void stop() {
        app.close();
    }

    @BeforeEach
    void reset() {
        app.reset();
    }

    @Test
    void payWhenUnderOurTermsThenTheFacilitatorIsGivenThem() {
        Answer answer = app.http().get("/a", PaidApp.signature(PaidApp.WALLET.pay(ours, Instant.now())));
        assertThat(answer.status()).isEqualTo(200);
        assertGivenOurs();
    }

    @Test
    void payWhenTheEchoHasMoreThanOurTermsThenTheFacilitatorIsGivenOurs() {
        Map<String, Object> accepted = new LinkedHashMap<>(ours.toMap());
        Map<String, Object> extra = new LinkedHashMap<>(ours.extra());
        extra.put("payTo", OTHER);
        accepted.put("extra", extra);
        PaymentDraft payment = PaidApp.WALLET.pay(ours, Instant.now()).accepted(accepted);
        assertThat(app.http().get("/a", PaidApp.signature(payment)).status()).isEqualTo(200);
        assertGivenOurs();
    }

    static Stream<Arguments> foreign() {
        Map<String, Object> otherName = Map.of("name", "USD Coin", "version", "2");
        return Stream.of(arguments("amount", terms(ours.network(), 1, ours.asset(), ours.payTo(), ours.extra())),
                arguments("a higher amount", terms(ours.network(), 10_001, ours.asset(), ours.payTo(), ours.extra())),
                arguments("recipient", terms(ours.network(), 10_000, ours.asset(), OTHER, ours.extra())),
                arguments("token", terms(ours.network(), 10_000, OTHER, ours.payTo(), ours.extra())),
                arguments("network", terms(Network.parse("base"), 10_000, ours.asset(), ours.payTo(), ours.extra())),
                arguments("domain", terms(ours.network(), 10_000, ours.asset(), ours.payTo(), otherName)),
                arguments("everything", terms(Network.parse("base"), 1, OTHER, OTHER, otherName)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("foreign")
    void payWhenUnderTermsOfTheClientThenRefusedBeforeAnyCall(String name, PaymentRequirements theirs) {
        Answer answer = app.http().get("/a", PaidApp.signature(PaidApp.WALLET.pay(theirs, Instant.now())));
        assertThat(answer.status()).isEqualTo(402);
        assertThat(PaidApp.challenge(answer).accepts()).containsExactly(ours);
        assertThat(app.facilitator().verifications()).isEmpty();
        assertThat(app.facilitator().settlements()).isEmpty();
        assertThat(app.deliveries().runs()).isEmpty();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("foreign")
    void payWhenSignedForTermsOfTheClientAndEchoingOursThenRefusedBeforeAnyCall(String name,
            PaymentRequirements theirs) {
        PaymentDraft payment = PaidApp.WALLET.pay(theirs, Instant.now()).accepted(ours.toMap());
        assertThat(app.http().get("/a", PaidApp.signature(payment)).status()).isEqualTo(402);
        assertThat(app.facilitator().verifications()).isEmpty();
        assertThat(app.deliveries().runs()).isEmpty();
    }

    @Test
    void payWhenTheEchoNamesAnotherResourceThenRefusedBeforeAnyCall() {
        PaymentDraft payment = PaidApp.WALLET.pay(ours, Instant.now())
            .resource(Map.of("url", "https://elsewhere.example/a"));
        assertThat(app.http().get("/a", PaidApp.signature(payment)).status()).isEqualTo(402);
        assertThat(app.facilitator().verifications()).isEmpty();
    }

    private static PaymentRequirements terms(Network network, long amount, String asset, String payTo,
            Map<String, Object> extra) {
        return new PaymentRequirements(ours.scheme(), network, new TokenAmount(BigInteger.valueOf(amount)), asset,
                payTo, ours.maxTimeoutSeconds(), extra);
    }

    private static void assertGivenOurs() {
        assertThat(app.facilitator().verifications()).singleElement()
            .satisfies((call) -> assertThat(call.requirements()).isEqualTo(ours));
        assertThat(app.facilitator().settlements()).singleElement()
            .satisfies((call) -> assertThat(call.requirements()).isEqualTo(ours));
    }

}
