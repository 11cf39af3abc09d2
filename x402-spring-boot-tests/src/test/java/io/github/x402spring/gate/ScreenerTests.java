package io.github.x402spring.gate;

import java.math.BigInteger;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import io.github.x402spring.PaymentFlow;
import io.github.x402spring.gate.Screener.Result.Judged;
import io.github.x402spring.gate.Screener.Result.SchemeFailed;
import io.github.x402spring.protocol.PaymentPayload;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.ReasonCode;
import io.github.x402spring.scheme.PaymentScheme;
import io.github.x402spring.scheme.Screening;

import static org.assertj.core.api.Assertions.assertThat;

@ExtendWith(OutputCaptureExtension.class)
class ScreenerTests {

    private static final Screening PROVED = new Screening.Passed(GateFixture.AUTHORIZATION, true);

    private static final Screening UNPROVED = new Screening.Passed(GateFixture.AUTHORIZATION, false);

    private final GateFixture fixture = new GateFixture();

    private final PaymentAttempt attempt = this.fixture.attempt();

    private final Offer offer = this.attempt.offers().get(0);

    @ParameterizedTest
    @CsvSource({ "LOCAL, AUTHORIZATION, scheme.screen", "BOTH, AUTHORIZATION, scheme.screen",
            "REMOTE, AUTHORIZATION, scheme.screenTerms", "LOCAL, UPFRONT, scheme.screen",
            "BOTH, UPFRONT, scheme.screen", "REMOTE, UPFRONT, scheme.screen" })
    void screenWhenTheFacilitatorIsAskedBeforeTheHandlerRunsThenOnlyThenTheSignatureIsLeft(Verification verification,
            PaymentFlow flow, String call) {
        this.fixture.scheme.terms = UNPROVED;
        Screener.Result result = screener(verification).screen(this.fixture.attempt(flow), this.offer);
        assertThat(this.fixture.journal).containsExactly(call);
        assertThat(result).isEqualTo(new Judged(call.endsWith("Terms") ? UNPROVED : PROVED));
    }

    @Test
    void screenWhenItHasExpiredThenTheSignatureIsProvedAllTheSame() {
        Screening expired = new Screening.Expired(GateFixture.AUTHORIZATION, ReasonCode.EVM_VALID_BEFORE, true);
        this.fixture.scheme.terms = new Screening.Expired(GateFixture.AUTHORIZATION, ReasonCode.EVM_VALID_BEFORE,
                false);
        this.fixture.scheme.screening = expired;
        assertThat(screener(Verification.REMOTE).screen(this.attempt, this.offer)).isEqualTo(new Judged(expired));
        assertThat(this.fixture.journal).containsExactly("scheme.screenTerms", "scheme.screen");
    }

    @Test
    void screenWhenTheTermsAreBrokenThenTheSignatureIsNotLookedAt() {
        Screening failed = new Screening.Failed(ReasonCode.EVM_VALUE_MISMATCH);
        this.fixture.scheme.terms = failed;
        assertThat(screener(Verification.REMOTE).screen(this.attempt, this.offer)).isEqualTo(new Judged(failed));
        assertThat(this.fixture.journal).containsExactly("scheme.screenTerms");
    }

    @Test
    void screenWhenNoSchemeKnowsTheTermsThenUnsupported() {
        Screener none = new Screener(List.of(new Foreign()), this.fixture.clock, Verification.BOTH);
        assertThat(none.screen(this.attempt, this.offer))
            .isEqualTo(new Judged(new Screening.Failed(ReasonCode.UNSUPPORTED_SCHEME)));
    }

    @Test
    void screenWhenAnotherSchemeComesFirstThenTheOneThatKnowsTheTermsIsAsked() {
        Screener screener = new Screener(List.of(new Foreign(), this.fixture.scheme), this.fixture.clock,
                Verification.BOTH);
        assertThat(screener.screen(this.attempt, this.offer)).isEqualTo(new Judged(PROVED));
    }

    @Test
    void screenAndProvesWhenTheSchemeFailsThenNothingIsFoundOrProved() {
        this.fixture.scheme.failure = new IllegalStateException("bug");
        assertThat(screener(Verification.BOTH).screen(this.attempt, this.offer)).isEqualTo(new SchemeFailed());
        assertThat(screener(Verification.BOTH).proves(this.attempt, this.offer)).isFalse();
    }

    @Test
    void screenWhenTheSchemeFailsThenItsMessageWhichMayQuoteThePaymentIsNotLogged(CapturedOutput output) {
        this.fixture.scheme.failure = new IllegalStateException("0xcheque");
        screener(Verification.BOTH).screen(this.attempt, this.offer);
        assertThat(output).contains("IllegalStateException").doesNotContain("0xcheque");
    }

    @ParameterizedTest
    @MethodSource
    void provesWhenAskedThenWhetherTheSignatureIsThePayers(Screening screening, boolean proved) {
        this.fixture.scheme.terms = proved ? UNPROVED : PROVED;
        this.fixture.scheme.screening = screening;
        assertThat(screener(Verification.REMOTE).proves(this.attempt, this.offer)).isEqualTo(proved);
    }

    static Stream<Arguments> provesWhenAskedThenWhetherTheSignatureIsThePayers() {
        return Stream.of(Arguments.of(PROVED, true), Arguments.of(UNPROVED, false),
                Arguments.of(new Screening.Expired(GateFixture.AUTHORIZATION, ReasonCode.EVM_VALID_BEFORE, true), true),
                Arguments.of(new Screening.Expired(GateFixture.AUTHORIZATION, ReasonCode.EVM_VALID_BEFORE, false),
                        false),
                Arguments.of(new Screening.Failed(ReasonCode.EVM_SIGNATURE), false),
                Arguments.of(new Screening.Malformed(), false));
    }

    @Test
    void handedOnWhenTheEchoesDifferThenOurTermsAndResourceStandInTheirPlace() {
        Map<String, @Nullable Object> tree = new LinkedHashMap<>(this.attempt.payload().tree());
        tree.put("accepted", Map.of("amount", "1"));
        tree.put("resource", Map.of("url", "https://elsewhere.example"));
        PaymentAttempt odd = this.fixture.attempt(new PaymentPayload(2, tree), GateFixture.TERMS);
        PaymentPayload handedOn = screener(Verification.BOTH).handedOn(odd, this.offer);
        assertThat(handedOn.accepted()).isEqualTo(this.offer.tree());
        assertThat(handedOn.tree()).containsEntry("resource", GateFixture.RESOURCE.toMap());
        assertThat(handedOn.payload()).isEqualTo(this.attempt.payload().payload());
    }

    @Test
    void handedOnWhenThereAreOtherMembersThenOnlyThoseOfThePayloadAndObjectsAreLeft() {
        Map<String, @Nullable Object> extensions = new LinkedHashMap<>();
        extensions.put("bazaar", Map.of("info", List.of(1)));
        extensions.put("none", null);
        Map<String, @Nullable Object> payload = new LinkedHashMap<>(this.attempt.payload().payload());
        payload.put("unknown", List.of("kept"));
        Map<String, @Nullable Object> tree = new LinkedHashMap<>(this.attempt.payload().tree());
        tree.put("x402Version", BigInteger.TWO);
        tree.put("payload", payload);
        tree.put("extensions", extensions);
        tree.put("scheme", "exact");
        tree.put("network", 5);
        tree.put("", "x");
        tree.put("signature", Map.of());
        PaymentAttempt odd = this.fixture.attempt(new PaymentPayload(2, tree), GateFixture.TERMS);
        assertThat(screener(Verification.BOTH).handedOn(odd, this.offer).tree()).isEqualTo(Map.of("x402Version",
                BigInteger.TWO, "payload", payload, "extensions", Map.of("bazaar", Map.of("info", List.of(1))),
                "resource", GateFixture.RESOURCE.toMap(), "accepted", this.offer.tree()));
    }

    @Test
    void handedOnWhenVersionOneThenNothingIsAdded() {
        PaymentPayload first = new PaymentPayload(1,
                Map.of("x402Version", 1, "scheme", "exact", "network", "base-sepolia", "payload", Map.of()));
        assertThat(screener(Verification.BOTH).handedOn(this.fixture.attempt(first, GateFixture.TERMS), this.offer))
            .isEqualTo(first);
    }

    @Test
    void handedOnWhenTheSchemeReadsItInAnotherFormThenThatForm() {
        Screener screener = new Screener(List.of(new Normalizing()), this.fixture.clock, Verification.BOTH);
        assertThat(screener.handedOn(this.attempt, this.offer).payload()).isEqualTo(Map.of("normal", true));
    }

    @Test
    void handedOnWhenNoSchemeKnowsTheTermsThenAsItIs() {
        Screener none = new Screener(List.of(new Foreign()), this.fixture.clock, Verification.BOTH);
        assertThat(none.handedOn(this.attempt, this.offer).payload()).isEqualTo(this.attempt.payload().payload());
    }

    private Screener screener(Verification verification) {
        return new Screener(List.of(this.fixture.scheme), this.fixture.clock, verification);
    }

    private static final class Normalizing implements PaymentScheme {

        @Override
        public boolean supports(PaymentRequirements requirements) {
            return true;
        }

        @Override
        public Screening screen(PaymentPayload payload, PaymentRequirements requirements, Instant now) {
            throw new AssertionError("Not asked");
        }

        @Override
        public PaymentPayload normalize(PaymentPayload payload, PaymentRequirements requirements) {
            return new PaymentPayload(2, Map.of("payload", Map.of("normal", true)));
        }

    }

    private static final class Foreign implements PaymentScheme {

        @Override
        public boolean supports(PaymentRequirements requirements) {
            return false;
        }

        @Override
        public Screening screen(PaymentPayload payload, PaymentRequirements requirements, Instant now) {
            throw new AssertionError("Not asked");
        }

    }

}
