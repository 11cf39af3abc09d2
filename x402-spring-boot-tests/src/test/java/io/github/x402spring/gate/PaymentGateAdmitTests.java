package io.github.x402spring.gate;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.x402spring.VerifiedPayment;
import io.github.x402spring.decision.Charged;
import io.github.x402spring.decision.Denial;
import io.github.x402spring.decision.Reason;
import io.github.x402spring.exchange.ClaimedPayment;
import io.github.x402spring.exchange.PaymentAuthorizer.Permission;
import io.github.x402spring.exchange.UnreadableRequestException;
import io.github.x402spring.facilitator.Facilitator;
import io.github.x402spring.facilitator.FacilitatorException;
import io.github.x402spring.facilitator.FacilitatorNotReachedException;
import io.github.x402spring.facilitator.FakeFacilitator;
import io.github.x402spring.facilitator.SettlementInquiry.Standing;
import io.github.x402spring.gate.GateFixture.StubExchange;
import io.github.x402spring.gate.PaymentDecision.Admitted;
import io.github.x402spring.gate.PaymentDecision.Refused;
import io.github.x402spring.ledger.FakeLedger.Operation;
import io.github.x402spring.ledger.LedgerException;
import io.github.x402spring.ledger.PaymentState;
import io.github.x402spring.ledger.ReserveResult;
import io.github.x402spring.ledger.StoredPayment.Delivery;
import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.PaymentPayload;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.ReasonCode;
import io.github.x402spring.protocol.TokenAmount;
import io.github.x402spring.protocol.VerifyResponse;
import io.github.x402spring.scheme.Screening;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

class PaymentGateAdmitTests {

    private static final String[] UNTIL_SCREENED = { "authorizer.lacksIdentity", "scheme.screen" };

    private static final String[] UNTIL_RESERVED = { "authorizer.lacksIdentity", "scheme.screen",
            "exchange.fingerprint", "ledger.reserve" };

    private static final String[] UNTIL_VERIFIED_AND_RELEASED = { "authorizer.lacksIdentity", "scheme.screen",
            "exchange.fingerprint", "ledger.reserve", "facilitator.verify", "ledger.release" };

    private static final String[] UNTIL_AUTHORIZED_AND_RELEASED = { "authorizer.lacksIdentity", "scheme.screen",
            "exchange.fingerprint", "ledger.reserve", "facilitator.verify", "authorizer.authorize", "ledger.release" };

    private final GateFixture fixture = new GateFixture();

    @Test
    void admitWhenVerifiedThenTheRecordSaysByWhom() {
        StubExchange exchange = this.fixture.exchange("/report");
        this.fixture.admit(this.fixture.attemptOf(exchange));
        assertThat(exchange.end().payment()).isEqualTo(new ClaimedPayment(GateFixture.TERMS, GateFixture.PAYER, true));
    }

    @Test
    void admitWhenAListenerFailsThenThePaymentIsReleased() {
        StubExchange exchange = this.fixture.exchange("/report");
        exchange.decidedFailure = new IllegalStateException("bug");
        assertThatIllegalStateException().isThrownBy(() -> this.fixture.gate.admit(this.fixture.attemptOf(exchange)))
            .withMessage("bug");
        assertThat(this.fixture.state()).isEqualTo(PaymentState.RELEASED);
    }

    @Test
    void acceptingWhenPausedThenNotForThatEndpoint() {
        assertThat(this.fixture.gate.accepting("report")).isTrue();
        this.fixture.intake.pause("report", true);
        assertThat(this.fixture.gate.accepting("report")).isFalse();
        assertThat(this.fixture.gate.accepting("other")).isTrue();
    }

    @Test
    void admitWhenEverythingIsInOrderThenCheapChecksFirstAndNothingIsSettled() {
        assertThat(this.fixture.gate.admit(this.fixture.attempt())).isInstanceOf(Admitted.class);
        assertThat(this.fixture.journal).containsExactly("authorizer.lacksIdentity", "scheme.screen",
                "exchange.fingerprint", "ledger.reserve", "facilitator.verify", "authorizer.authorize");
        assertThat(this.fixture.state()).isEqualTo(PaymentState.RESERVED);
    }

    @Test
    void admitWhenEverythingIsInOrderThenFacilitatorGetsOurTermsAndTheirPayload() {
        PaymentAttempt attempt = this.fixture.attempt();
        this.fixture.gate.admit(attempt);
        assertThat(this.fixture.facilitator.verifications())
            .containsExactly(new FakeFacilitator.Call(attempt.payload(), GateFixture.TERMS, GateFixture.RESOURCE));
    }

    @Test
    void admitWhenEverythingIsInOrderThenEvidenceIsMadeOfOurTerms() {
        AdmittedPayment admitted = this.fixture.admit();
        assertThat(admitted.payment()).isEqualTo(new VerifiedPayment("report", "https://api.example.test/report",
                "exact", GateFixture.NETWORK, GateFixture.TERMS.asset(), TokenAmount.of(10_000),
                GateFixture.TERMS.payTo(), GateFixture.PAYER, GateFixture.VALID_BEFORE));
        assertThat(admitted.offer().requirements()).isEqualTo(GateFixture.TERMS);
        assertThat(admitted.receipt()).isNull();
        assertThat(this.fixture.facilitator.verifications().get(0).payload().x402Version()).isEqualTo(2);
    }

    @Test
    void admitWhenNoFacilitatorIsConfiguredThenNothingIsReserved() {
        PaymentGate gate = PaymentGate.builder(Facilitator.none(), this.fixture.ledger, this.fixture.authorizer)
            .schemes(List.of(this.fixture.scheme))
            .clock(this.fixture.clock)
            .intake(this.fixture.intake)
            .build();
        assertRefused(gate.admit(this.fixture.attempt()), Reason.NOT_IMPLEMENTED, null);
        assertThat(this.fixture.journal).containsExactly("scheme.identify", "ledger.find");
    }

    @Test
    void admitWhenIdentityIsMissingThenPaymentIsLookedUpAndNotJudged() {
        this.fixture.authorizer.lacksIdentity = true;
        assertRefused(Reason.UNAUTHENTICATED, null, "authorizer.lacksIdentity", "scheme.identify", "ledger.find");
    }

    @Test
    void admitWhenPolicyCannotSayWhetherIdentityIsMissingThenUnavailable() {
        this.fixture.authorizer.identityFailure = new IllegalStateException("down");
        assertRefused(Reason.TEMPORARILY_UNAVAILABLE, null, "authorizer.lacksIdentity", "scheme.identify",
                "ledger.find");
    }

    @Test
    void admitWhenAcceptedTermsAreNotOursThenMismatchBeforeAnythingElse() {
        PaymentPayload cheaper = GateFixture.payload(terms("exact", GateFixture.NETWORK, 9_999));
        assertRefused(this.fixture.gate.admit(this.fixture.attempt(cheaper, GateFixture.TERMS)),
                Reason.REQUIREMENT_MISMATCH, null);
        assertThat(this.fixture.journal).containsExactly("authorizer.lacksIdentity", "scheme.identify", "ledger.find");
    }

    @Test
    void admitWhenAcceptedTermsAreNotOursAndTheSignatureIsNotThePayersThenMismatchWithoutALookUp() {
        this.fixture.scheme.screening = new Screening.Failed(ReasonCode.EVM_SIGNATURE);
        PaymentPayload cheaper = GateFixture.payload(terms("exact", GateFixture.NETWORK, 9_999));
        assertRefused(this.fixture.gate.admit(this.fixture.attempt(cheaper, GateFixture.TERMS)),
                Reason.REQUIREMENT_MISMATCH, null);
        assertThat(this.fixture.journal).containsExactly("authorizer.lacksIdentity", "scheme.identify");
    }

    @Test
    void admitWhenOffersDifferInNothingButThePriceThenThePaymentIsIdentifiedOnce() {
        this.fixture.scheme.screening = new Screening.Failed(ReasonCode.EVM_SIGNATURE);
        this.fixture.gate.admit(this.fixture.attempt(GateFixture.payload(GateFixture.terms(1)), GateFixture.TERMS,
                GateFixture.terms(2)));
        assertThat(this.fixture.journal).containsExactly("authorizer.lacksIdentity", "scheme.identify");
    }

    @Test
    void admitWhenOffersDifferInTheTokenThenThePaymentIsIdentifiedUnderEach() {
        this.fixture.scheme.screening = new Screening.Failed(ReasonCode.EVM_SIGNATURE);
        PaymentRequirements other = new PaymentRequirements("exact", GateFixture.NETWORK, TokenAmount.of(1),
                "0x" + "ee".repeat(20), GateFixture.TERMS.payTo(), 300, GateFixture.TERMS.extra());
        this.fixture.gate
            .admit(this.fixture.attempt(GateFixture.payload(GateFixture.terms(1)), GateFixture.TERMS, other));
        assertThat(this.fixture.journal).containsExactly("authorizer.lacksIdentity", "scheme.identify",
                "scheme.identify");
    }

    @Test
    void admitWhenTheSchemeCannotIdentifyThenUnavailable() {
        this.fixture.scheme.failure = new IllegalStateException("bug");
        assertThat(this.fixture.gate
            .admit(this.fixture.attempt(GateFixture.payload(GateFixture.terms(1)), GateFixture.TERMS)))
            .isEqualTo(new Refused(Denial.of(Reason.TEMPORARILY_UNAVAILABLE).withCharged(Charged.UNKNOWN), null));
    }

    @Test
    void admitWhenNothingIsOfferedThenMismatch() {
        assertRefused(this.fixture.gate.admit(this.fixture.attempt(GateFixture.payload(GateFixture.TERMS))),
                Reason.REQUIREMENT_MISMATCH, null);
    }

    @Test
    void admitWhenSecondOfferIsAcceptedThenItsTermsCount() {
        PaymentRequirements dearer = terms("exact", GateFixture.NETWORK, 20_000);
        AdmittedPayment admitted = this.fixture
            .admit(this.fixture.attempt(GateFixture.payload(dearer), GateFixture.TERMS, dearer));
        assertThat(admitted.payment().amount()).isEqualTo(TokenAmount.of(20_000));
        assertThat(this.fixture.facilitator.verifications()).extracting(FakeFacilitator.Call::requirements)
            .containsExactly(dearer);
    }

    @Test
    void admitWhenAcceptedExtraSaysMoreThenOurTermsAreUsed() {
        Map<String, Object> extra = new LinkedHashMap<>(GateFixture.TERMS.extra());
        extra.put("more", true);
        PaymentPayload payload = GateFixture.payload(new PaymentRequirements("exact", GateFixture.NETWORK,
                TokenAmount.of(10_000), GateFixture.TERMS.asset(), GateFixture.TERMS.payTo(), 300, extra));
        assertThat(this.fixture.gate.admit(this.fixture.attempt(payload, GateFixture.TERMS)))
            .isInstanceOf(Admitted.class);
        assertThat(this.fixture.facilitator.verifications()).extracting(FakeFacilitator.Call::requirements)
            .containsExactly(GateFixture.TERMS);
    }

    @Test
    void admitWhenNoSchemeJudgesTheTermsThenUnsupportedScheme() {
        PaymentRequirements upto = terms("upto", GateFixture.NETWORK, 10_000);
        assertRefused(this.fixture.gate.admit(this.fixture.attempt(GateFixture.payload(upto), upto)),
                Reason.PAYMENT_INVALID, ReasonCode.UNSUPPORTED_SCHEME);
        assertThat(this.fixture.journal).containsExactly("authorizer.lacksIdentity");
    }

    @Test
    void admitWhenSchemeFindsAFaultThenRefusedWithItsCode() {
        this.fixture.scheme.screening = new Screening.Failed(ReasonCode.EVM_SIGNATURE);
        assertRefused(Reason.PAYMENT_INVALID, ReasonCode.EVM_SIGNATURE, "authorizer.lacksIdentity", "scheme.screen",
                "scheme.identify");
    }

    @Test
    void admitWhenPayloadIsMalformedThenRefused() {
        this.fixture.scheme.screening = new Screening.Malformed();
        assertRefused(Reason.PAYMENT_MALFORMED, null, UNTIL_SCREENED);
    }

    @Test
    void admitWhenSchemeIsBrokenThenNothingIsReserved() {
        this.fixture.scheme.failure = new IllegalStateException("bug");
        PaymentDecision decision = this.fixture.gate.admit(this.fixture.attempt());
        assertThat(decision)
            .isEqualTo(new Refused(Denial.of(Reason.TEMPORARILY_UNAVAILABLE).withCharged(Charged.UNKNOWN), null));
        assertThat(this.fixture.journal).doesNotContain("exchange.fingerprint", "ledger.reserve", "facilitator.verify");
        assertThat(this.fixture.facilitator.settlements()).isEmpty();
    }

    @Test
    void admitWhenTheChainHasUsedThePaymentThenNoFurtherAttemptRunsTheHandler() {
        for (int i = 0; i < 3; i++) {
            this.fixture.inquiry.standing = Standing.USED;
            this.fixture.facilitator.onVerify(VerifyResponse.invalid(ReasonCode.EVM_NONCE_ALREADY_USED));
            PaymentDecision decision = this.fixture.gate.admit(this.fixture.attempt());
            assertThat(decision).isInstanceOf(Refused.class);
            assertThat(((Refused) decision).reason()).isEqualTo(Reason.OUTCOME_UNRESOLVED);
        }
    }

    @Test
    void admitWhenTheChainHasUsedThePaymentAndTheLedgerFailsThenRefusedAllTheSame() throws Exception {
        this.fixture.ledger.failOn(Operation.USED_ELSEWHERE, new LedgerException("down", null));
        this.fixture.inquiry.standing = Standing.USED;
        this.fixture.facilitator.onVerify(VerifyResponse.invalid(ReasonCode.EVM_NONCE_ALREADY_USED));
        PaymentDecision decision = this.fixture.gate.admit(this.fixture.attempt());
        assertThat(((Refused) decision).reason()).isEqualTo(Reason.OUTCOME_UNRESOLVED);
        assertThat(this.fixture.state()).isEqualTo(PaymentState.RESERVED);
    }

    @Test
    void admitWhenExpiredAndSettledThenAlreadyUsed() throws Exception {
        this.fixture.leave(PaymentState.SETTLED);
        this.fixture.scheme.screening = new Screening.Expired(GateFixture.AUTHORIZATION, ReasonCode.EVM_VALID_BEFORE,
                true);
        assertRefused(Reason.PAYMENT_ALREADY_USED, null, "authorizer.lacksIdentity", "scheme.screen", "ledger.find",
                "exchange.fingerprint", "ledger.reserve");
        assertThat(this.fixture.state()).isEqualTo(PaymentState.SETTLED);
    }

    @ParameterizedTest
    @CsvSource({ "RELEASED, PAYMENT_EXPIRED", "RESERVED, PAYMENT_IN_FLIGHT", "SETTLING, PAYMENT_IN_FLIGHT" })
    void admitWhenExpiredThenLedgerSaysWhatBecameOfIt(PaymentState state, Reason reason) throws Exception {
        this.fixture.leave(state);
        this.fixture.scheme.screening = new Screening.Expired(GateFixture.AUTHORIZATION, ReasonCode.EVM_VALID_BEFORE,
                true);
        assertRefused(reason, (reason == Reason.PAYMENT_EXPIRED) ? ReasonCode.EVM_VALID_BEFORE : null,
                "authorizer.lacksIdentity", "scheme.screen", "ledger.find");
        assertThat(this.fixture.state()).isEqualTo(state);
    }

    @ParameterizedTest
    @MethodSource("ledgerFailures")
    void admitWhenExpiredAndLedgerIsDownThenUnavailable(Exception failure) {
        this.fixture.scheme.screening = new Screening.Expired(GateFixture.AUTHORIZATION, ReasonCode.EVM_VALID_BEFORE,
                true);
        this.fixture.ledger.failOn(Operation.FIND, failure);
        assertRefused(Reason.TEMPORARILY_UNAVAILABLE, null, "authorizer.lacksIdentity", "scheme.screen", "ledger.find");
    }

    @ParameterizedTest
    @EnumSource(names = { "REQUEST_TOO_LARGE", "PAYMENT_MALFORMED" })
    void admitWhenRequestCannotBeBoundThenItsReasonAndNothingReserved(Reason reason) {
        StubExchange exchange = this.fixture.exchange("/report");
        exchange.failure = new UnreadableRequestException(reason);
        assertRefused(this.fixture.gate.admit(this.fixture.attemptOf(exchange)), reason, null);
        assertThat(this.fixture.journal).containsExactly("authorizer.lacksIdentity", "scheme.screen",
                "exchange.fingerprint", "ledger.find");
    }

    @Test
    void admitWhenReadingTheRequestFailsThenUnavailableAndNothingReserved() {
        StubExchange exchange = this.fixture.exchange("/report");
        exchange.failure = new IllegalStateException("bug");
        assertRefused(this.fixture.gate.admit(this.fixture.attemptOf(exchange)), Reason.TEMPORARILY_UNAVAILABLE, null);
        assertThat(this.fixture.journal).containsExactly("authorizer.lacksIdentity", "scheme.screen",
                "exchange.fingerprint");
    }

    @ParameterizedTest
    @MethodSource("ledgerAnswers")
    void admitWhenLedgerDoesNotReserveThenFacilitatorIsNotCalled(ReserveResult result, Reason reason) {
        this.fixture.ledger.answerReserve(result);
        assertRefused(reason, null, UNTIL_RESERVED);
    }

    @Test
    void admitWhenThePayerHasTooManyUnknownPaymentsThenLimited() {
        this.fixture.ledger.answerReserve(new ReserveResult.TooManyUnknown());
        assertThat(this.fixture.gate.admit(this.fixture.attempt()))
            .isEqualTo(new Refused(new Denial(Reason.LIMIT_REACHED, Map.of(), 30), null));
        assertThat(this.fixture.journal).doesNotContain("facilitator.verify");
    }

    @ParameterizedTest
    @MethodSource("ledgerFailures")
    void admitWhenLedgerIsDownThenUnavailableAndFacilitatorIsNotCalled(Exception failure) {
        this.fixture.ledger.failOn(Operation.RESERVE, failure);
        assertRefused(Reason.TEMPORARILY_UNAVAILABLE, null, UNTIL_RESERVED);
    }

    @Test
    void admitWhenPresentedTwiceThenSecondIsInFlightAndFirstIsUntouched() {
        AdmittedPayment first = this.fixture.admit();
        assertRefused(Reason.PAYMENT_IN_FLIGHT, null, UNTIL_RESERVED);
        assertThat(this.fixture.gate.settle(first)).isInstanceOf(SettlementOutcome.Settled.class);
    }

    @Test
    void admitWhenUsedForAnotherRequestThenMismatch() throws Exception {
        this.fixture.leave(PaymentState.SETTLED);
        assertThat(this.fixture.gate.admit(this.fixture.attemptOf(this.fixture.exchange("/other"))))
            .isEqualTo(new Refused(Denial.of(Reason.REQUEST_MISMATCH).withCharged(Charged.YES), null));
        assertRefused(Reason.PAYMENT_ALREADY_USED, null);
    }

    @Test
    void admitWhenFacilitatorSaysInvalidThenRejectedAndReleased() {
        this.fixture.facilitator.onVerify(VerifyResponse.invalid(ReasonCode.of("insufficient_funds")));
        assertRefused(Reason.PAYMENT_REJECTED, ReasonCode.of("insufficient_funds"), UNTIL_VERIFIED_AND_RELEASED);
        assertReleased();
    }

    @ParameterizedTest
    @MethodSource("facilitatorFailures")
    void admitWhenFacilitatorIsSilentThenUnavailableAndReleased(Exception failure) {
        this.fixture.facilitator.onVerify(FakeFacilitator.failure(failure));
        assertRefused(Reason.TEMPORARILY_UNAVAILABLE, null, UNTIL_VERIFIED_AND_RELEASED);
        assertReleased();
    }

    @Test
    @SuppressWarnings("NullAway")
    void admitWhenFacilitatorAnswersNothingThenUnavailableAndReleased() {
        this.fixture.facilitator.onVerify((call) -> null);
        assertRefused(Reason.TEMPORARILY_UNAVAILABLE, null, UNTIL_VERIFIED_AND_RELEASED);
        assertReleased();
    }

    @Test
    void admitWhenFacilitatorVerifiedSomebodyElseThenUnavailableAndReleased() {
        this.fixture.facilitator.onVerify(VerifyResponse.valid("0x" + "00".repeat(20)));
        assertRefused(Reason.TEMPORARILY_UNAVAILABLE, null, UNTIL_VERIFIED_AND_RELEASED);
        assertReleased();
    }

    @ParameterizedTest
    @ValueSource(
            strings = { "0xf3f3f3f3f3f3f3f3f3f3f3f3f3f3f3f3f3f3f3f3", "0xF3F3F3F3F3F3F3F3F3F3F3F3F3F3F3F3F3F3F3F3" })
    void admitWhenFacilitatorNamesThePayerInAnyCaseThenAdmitted(String payer) {
        this.fixture.facilitator.onVerify(VerifyResponse.valid(payer));
        assertThat(this.fixture.gate.admit(this.fixture.attempt())).isInstanceOf(Admitted.class);
    }

    @Test
    void admitWhenPolicyDeniesThenForbiddenAndReleased() {
        this.fixture.authorizer.permission = new Permission.Denied(Denial.of(Reason.FORBIDDEN));
        assertRefused(Reason.FORBIDDEN, null, UNTIL_AUTHORIZED_AND_RELEASED);
        assertReleased();
    }

    @Test
    void admitWhenPolicyWantsAnIdentityThenUnauthenticatedAndReleased() {
        this.fixture.authorizer.permission = new Permission.Denied(Denial.of(Reason.UNAUTHENTICATED));
        assertRefused(Reason.UNAUTHENTICATED, null, UNTIL_AUTHORIZED_AND_RELEASED);
        assertReleased();
    }

    @Test
    void admitWhenPolicyFailsThenUnavailableAndReleased() {
        this.fixture.authorizer.policyFailure = new IllegalStateException("down");
        assertRefused(Reason.TEMPORARILY_UNAVAILABLE, null, UNTIL_AUTHORIZED_AND_RELEASED);
        assertReleased();
    }

    @Test
    void admitWhenErrorIsThrownThenItPassesThroughAndThePaymentIsReleased() {
        this.fixture.facilitator.onVerify((call) -> {
            throw new StackOverflowError();
        });
        assertThatExceptionOfType(StackOverflowError.class)
            .isThrownBy(() -> this.fixture.gate.admit(this.fixture.attempt()));
        assertReleased();
    }

    @ParameterizedTest
    @MethodSource("ledgerFailures")
    void admitWhenReleasingFailsThenStillRefusedAndThePaymentStaysReserved(Exception failure) {
        this.fixture.authorizer.permission = new Permission.Denied(Denial.of(Reason.FORBIDDEN));
        this.fixture.ledger.failOn(Operation.RELEASE, failure);
        assertRefused(Reason.FORBIDDEN, null, UNTIL_AUTHORIZED_AND_RELEASED);
        assertThat(this.fixture.state()).isEqualTo(PaymentState.RESERVED);
    }

    @Test
    void admitWhenRefusedAndReleasedThenTheSamePaymentIsGoodLater() {
        this.fixture.authorizer.permission = new Permission.Denied(Denial.of(Reason.UNAUTHENTICATED));
        assertRefused(Reason.UNAUTHENTICATED, null, UNTIL_AUTHORIZED_AND_RELEASED);
        this.fixture.authorizer.permission = new Permission.Granted(null);
        assertThat(this.fixture.gate.admit(this.fixture.attempt())).isInstanceOf(Admitted.class);
    }

    @Test
    void admitWhenVersionOneThenSchemeAndNetworkAreCompared() {
        this.fixture.admit(this.fixture.attempt(v1Payload("exact", "base-sepolia"), GateFixture.TERMS));
        assertThat(this.fixture.facilitator.verifications().get(0).payload().x402Version()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({ "exact, base", "upto, base-sepolia", "exact, eip155:84532", "exact, BASE-SEPOLIA",
            "exact, localhost" })
    void admitWhenVersionOneNamesOtherTermsThenMismatch(String scheme, String network) {
        assertRefused(this.fixture.gate.admit(this.fixture.attempt(v1Payload(scheme, network), GateFixture.TERMS)),
                Reason.REQUIREMENT_MISMATCH, null);
    }

    @Test
    void admitWhenVersionOneNamesNothingThenMismatch() {
        PaymentPayload payload = new PaymentPayload(1, Map.of("payload", Map.of()));
        assertRefused(this.fixture.gate.admit(this.fixture.attempt(payload, GateFixture.TERMS)),
                Reason.REQUIREMENT_MISMATCH, null);
    }

    private void assertRefused(Reason reason, @Nullable ReasonCode code, String... calls) {
        assertRefused(this.fixture.gate.admit(this.fixture.attempt()), reason, code);
        assertThat(this.fixture.facilitator.settlements()).isEmpty();
        if (calls.length > 0) {
            assertThat(this.fixture.journal).containsExactly(calls);
        }
        this.fixture.journal.clear();
    }

    private static void assertRefused(PaymentDecision decision, Reason reason, @Nullable ReasonCode code) {
        assertThat(decision).isEqualTo(new Refused(reason, code));
    }

    private void assertReleased() {
        assertThat(this.fixture.state()).isEqualTo(PaymentState.RELEASED);
    }

    private static PaymentPayload v1Payload(String scheme, String network) {
        return new PaymentPayload(1, Map.of("scheme", scheme, "network", network, "payload", Map.of()));
    }

    private static PaymentRequirements terms(String scheme, Network network, long amount) {
        return new PaymentRequirements(scheme, network, TokenAmount.of(amount), GateFixture.TERMS.asset(),
                GateFixture.TERMS.payTo(), 300, GateFixture.TERMS.extra());
    }

    private static Stream<Object[]> ledgerAnswers() {
        return Stream.of(new Object[] { new ReserveResult.InFlight(), Reason.PAYMENT_IN_FLIGHT },
                new Object[] { new ReserveResult.BoundElsewhere(PaymentState.UNKNOWN), Reason.REQUEST_MISMATCH },
                new Object[] { new ReserveResult.Settled(GateFixture.settled(Delivery.DELIVERED, 1)),
                        Reason.PAYMENT_ALREADY_USED },
                new Object[] { new ReserveResult.Settled(GateFixture.settled(Delivery.IN_FLIGHT, 1)),
                        Reason.PAYMENT_IN_FLIGHT },
                new Object[] { new ReserveResult.Ended(PaymentState.UNRESOLVED), Reason.OUTCOME_UNRESOLVED },
                new Object[] { new ReserveResult.Ended(PaymentState.USED_ELSEWHERE), Reason.OUTCOME_UNRESOLVED },
                new Object[] { new ReserveResult.Pending(), Reason.SETTLEMENT_PENDING },
                new Object[] { new ReserveResult.Full(), Reason.TEMPORARILY_UNAVAILABLE });
    }

    private static Stream<Exception> ledgerFailures() {
        return Stream.of(new LedgerException("down", null), new IllegalStateException("bug"));
    }

    private static Stream<Exception> facilitatorFailures() {
        return Stream.of(new FacilitatorException("no answer", null),
                new FacilitatorNotReachedException("not reached", null),
                FacilitatorNotReachedException.notAsked("not asked", Duration.ZERO), new IllegalStateException("bug"));
    }

}
