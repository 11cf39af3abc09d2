package io.github.x402spring.gate;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.github.x402spring.PaymentFlow;
import io.github.x402spring.decision.Reason;
import io.github.x402spring.gate.PaymentDecision.Admitted;
import io.github.x402spring.gate.PaymentDecision.Refused;
import io.github.x402spring.ledger.PaymentState;
import io.github.x402spring.protocol.PaymentPayload;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.ReasonCode;
import io.github.x402spring.protocol.TokenAmount;
import io.github.x402spring.protocol.VerifyResponse;
import io.github.x402spring.scheme.Screening;

import static org.assertj.core.api.Assertions.assertThat;

class PaymentGateVerificationTests {

    private static final Screening PROVED = new Screening.Passed(GateFixture.AUTHORIZATION, true);

    private static final Screening UNPROVED = new Screening.Passed(GateFixture.AUTHORIZATION, false);

    private static final Screening FORGED = new Screening.Failed(ReasonCode.EVM_SIGNATURE);

    @Test
    void admitWhenLocalAndProvedThenFacilitatorIsNotAsked() {
        GateFixture fixture = fixture(Verification.LOCAL);
        assertThat(fixture.gate.admit(fixture.attempt())).isInstanceOf(Admitted.class);
        assertThat(fixture.journal).containsExactly("authorizer.lacksIdentity", "scheme.screen", "exchange.fingerprint",
                "ledger.reserve", "authorizer.authorize");
    }

    @Test
    void admitWhenLocalAndProvedAndNoCallWouldBeMadeThenNoHandlerRuns() {
        GateFixture fixture = fixture(Verification.LOCAL);
        fixture.facilitator.notAsked();
        assertThat(fixture.gate.admit(fixture.attempt())).isInstanceOfSatisfying(Refused.class,
                (refused) -> assertThat(refused.reason()).isEqualTo(Reason.TEMPORARILY_UNAVAILABLE));
        assertThat(fixture.state()).isEqualTo(PaymentState.RELEASED);
    }

    @Test
    void admitWhenUpfrontAndProvedThenTheCallThatSettlesTells() {
        GateFixture fixture = fixture(Verification.LOCAL);
        fixture.facilitator.notAsked();
        assertThat(fixture.gate.admit(fixture.attempt(PaymentFlow.UPFRONT))).isInstanceOf(Admitted.class);
    }

    @Test
    void settleWhenLocalAndProvedThenOneCallInAll() {
        GateFixture fixture = fixture(Verification.LOCAL);
        fixture.gate.settle(fixture.admit());
        assertThat(fixture.facilitator.verifications()).isEmpty();
        assertThat(fixture.facilitator.settlements()).hasSize(1);
    }

    @Test
    void admitWhenLocalAndUnprovedThenFacilitatorIsAsked() {
        GateFixture fixture = fixture(Verification.LOCAL);
        fixture.scheme.screening = UNPROVED;
        assertThat(fixture.gate.admit(fixture.attempt())).isInstanceOf(Admitted.class);
        assertThat(fixture.facilitator.verifications()).hasSize(1);
    }

    @Test
    void admitWhenLocalAndUnprovedAndFacilitatorSaysNoThenRefusedAndReleased() {
        GateFixture fixture = fixture(Verification.LOCAL);
        fixture.scheme.screening = UNPROVED;
        fixture.facilitator.onVerify(VerifyResponse.invalid(ReasonCode.EVM_SIGNATURE));
        assertThat(fixture.gate.admit(fixture.attempt()))
            .isEqualTo(new Refused(Reason.PAYMENT_REJECTED, ReasonCode.EVM_SIGNATURE));
        assertThat(fixture.state()).isEqualTo(PaymentState.RELEASED);
    }

    @ParameterizedTest
    @EnumSource(names = { "LOCAL", "BOTH" })
    void admitWhenSignatureIsForgedThenRefusedWithoutAsking(Verification verification) {
        GateFixture fixture = fixture(verification);
        fixture.scheme.screening = FORGED;
        assertThat(fixture.gate.admit(fixture.attempt()))
            .isEqualTo(new Refused(Reason.PAYMENT_INVALID, ReasonCode.EVM_SIGNATURE));
        assertThat(fixture.facilitator.verifications()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = { "REMOTE", "BOTH" })
    void admitWhenInOrderThenFacilitatorIsAskedOnce(Verification verification) {
        GateFixture fixture = fixture(verification);
        assertThat(fixture.gate.admit(fixture.attempt())).isInstanceOf(Admitted.class);
        assertThat(fixture.facilitator.verifications()).hasSize(1);
    }

    @Test
    void admitWhenRemoteThenOnlyTermsAreScreened() {
        GateFixture fixture = remote();
        assertThat(fixture.gate.admit(fixture.attempt())).isInstanceOf(Admitted.class);
        assertThat(fixture.journal).containsExactly("authorizer.lacksIdentity", "scheme.screenTerms",
                "exchange.fingerprint", "ledger.reserve", "facilitator.verify", "authorizer.authorize");
    }

    @Test
    void admitWhenRemoteAndFacilitatorSaysNoThenRefusedAndReleased() {
        GateFixture fixture = remote();
        fixture.facilitator.onVerify(VerifyResponse.invalid(ReasonCode.EVM_SIGNATURE));
        assertThat(fixture.gate.admit(fixture.attempt()))
            .isEqualTo(new Refused(Reason.PAYMENT_REJECTED, ReasonCode.EVM_SIGNATURE));
        assertThat(fixture.state()).isEqualTo(PaymentState.RELEASED);
    }

    @ParameterizedTest
    @EnumSource
    void admitWhenNotOurTermsThenRefusedWithoutAsking(Verification verification) {
        GateFixture fixture = fixture(verification);
        fixture.scheme.screening = new Screening.Failed(ReasonCode.EVM_VALUE_MISMATCH);
        assertThat(fixture.gate.admit(fixture.attempt()))
            .isEqualTo(new Refused(Reason.PAYMENT_INVALID, ReasonCode.EVM_VALUE_MISMATCH));
        assertThat(fixture.facilitator.verifications()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void admitWhenAcceptedIsCheaperThenMismatchWithoutAsking(Verification verification) {
        GateFixture fixture = fixture(verification);
        PaymentRequirements terms = GateFixture.TERMS;
        PaymentPayload cheaper = GateFixture.payload(new PaymentRequirements("exact", GateFixture.NETWORK,
                TokenAmount.of(1), terms.asset(), terms.payTo(), 300, terms.extra()));
        assertThat(fixture.gate.admit(fixture.attempt(cheaper, terms)))
            .isEqualTo(new Refused(Reason.REQUIREMENT_MISMATCH));
        assertThat(fixture.facilitator.verifications()).isEmpty();
    }

    @Test
    void admitWhenRemoteAndResumedByThePayerThenProvedHereAndAdmitted() throws Exception {
        GateFixture fixture = remote();
        fixture.leave(PaymentState.UNKNOWN);
        assertThat(fixture.gate.admit(fixture.attempt())).isInstanceOf(Admitted.class);
        assertThat(fixture.journal).containsExactly("authorizer.lacksIdentity", "scheme.screenTerms",
                "exchange.fingerprint", "ledger.reserve", "scheme.screen", "authorizer.authorize");
    }

    @ParameterizedTest
    @EnumSource(names = { "LOCAL", "REMOTE" })
    void admitWhenResumedAndNobodyProvedItThenStillUnknown(Verification verification) throws Exception {
        GateFixture fixture = fixture(verification);
        fixture.leave(PaymentState.UNKNOWN);
        fixture.scheme.screening = UNPROVED;
        assertStillUnknown(fixture);
    }

    @Test
    void admitWhenRemoteAndResumedWithForgedSignatureThenStillUnknown() throws Exception {
        GateFixture fixture = remote();
        fixture.leave(PaymentState.UNKNOWN);
        fixture.scheme.screening = FORGED;
        assertStillUnknown(fixture);
    }

    @Test
    void admitWhenRemoteAndResumedAndSchemeFailsThenStillUnknown() throws Exception {
        GateFixture fixture = remote();
        fixture.leave(PaymentState.UNKNOWN);
        fixture.scheme.failure = new IllegalStateException("down");
        assertStillUnknown(fixture);
    }

    @Test
    void admitWhenRemoteAndUpfrontThenProvedHereSinceNobodyIsAsked() {
        GateFixture fixture = remote();
        fixture.scheme.screening = FORGED;
        assertThat(fixture.reach(fixture.attempt(PaymentFlow.UPFRONT)))
            .isEqualTo(new Refused(Reason.PAYMENT_INVALID, ReasonCode.EVM_SIGNATURE));
        assertThat(fixture.facilitator.settlements()).isEmpty();
    }

    @Test
    void admitWhenRemoteAndExpiredThenOnlyThePayerLearnsWhatBecameOfIt() throws Exception {
        GateFixture fixture = remote();
        fixture.leave(PaymentState.SETTLED);
        Screening expired = new Screening.Expired(GateFixture.AUTHORIZATION, ReasonCode.EVM_VALID_BEFORE, true);
        fixture.scheme.terms = expired;
        fixture.scheme.screening = FORGED;
        assertThat(fixture.gate.admit(fixture.attempt()))
            .isEqualTo(new Refused(Reason.PAYMENT_INVALID, ReasonCode.EVM_SIGNATURE));
        fixture.scheme.screening = expired;
        assertThat(fixture.gate.admit(fixture.attempt())).isEqualTo(new Refused(Reason.PAYMENT_ALREADY_USED));
    }

    private static void assertStillUnknown(GateFixture fixture) {
        assertThat(fixture.gate.admit(fixture.attempt())).isEqualTo(new Refused(Reason.SETTLEMENT_PENDING));
        assertThat(fixture.journal).doesNotContain("authorizer.authorize", "facilitator.verify");
        assertThat(fixture.state()).isEqualTo(PaymentState.UNKNOWN);
    }

    private static GateFixture fixture(Verification verification) {
        return new GateFixture(verification);
    }

    private static GateFixture remote() {
        GateFixture fixture = fixture(Verification.REMOTE);
        fixture.scheme.terms = UNPROVED;
        fixture.scheme.screening = PROVED;
        return fixture;
    }

}
