package io.github.x402spring.gate;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import io.github.x402spring.asset.AssetRegistry;
import io.github.x402spring.decision.Reason;
import io.github.x402spring.facilitator.FacilitatorException;
import io.github.x402spring.facilitator.FacilitatorNotReachedException;
import io.github.x402spring.facilitator.FakeFacilitator;
import io.github.x402spring.facilitator.SettlementInquiry.Standing;
import io.github.x402spring.gate.GateFixture.StubExchange;
import io.github.x402spring.limit.FailureLimits;
import io.github.x402spring.limit.PaymentIntake;
import io.github.x402spring.protocol.ReasonCode;
import io.github.x402spring.protocol.VerifyResponse;
import io.github.x402spring.scheme.Screening;

import static org.assertj.core.api.Assertions.assertThat;

class VerifierTests {

    private static final Knowledge UNAVAILABLE = new Knowledge.NotSent(Reason.TEMPORARILY_UNAVAILABLE);

    private static final ReasonCode POOR = ReasonCode.of("insufficient_funds");

    private final GateFixture fixture = new GateFixture();

    private final StubExchange exchange = this.fixture.exchange("/report");

    private final PaymentAttempt attempt = this.fixture.attemptOf(this.exchange);

    private final PaymentIntake payers = new PaymentIntake(true, FailureLimits.failed(1, 0, Duration.ofMinutes(1)),
            this.fixture.failureClock);

    private final PaymentIntake addresses = new PaymentIntake(true, FailureLimits.failed(0, 1, Duration.ofMinutes(1)),
            this.fixture.failureClock);

    @Test
    void verifyWhenItWouldSettleThenNotRefused() {
        assertThat(verify(VerifyResponse.valid(null))).isNull();
        assertThat(verify(VerifyResponse.valid(GateFixture.PAYER.toUpperCase(Locale.ROOT)))).isNull();
        assertThat(counted(this.payers)).isFalse();
    }

    @Test
    void verifyWhenAskedThenTheFacilitatorSeesOurTerms() {
        verify(VerifyResponse.valid(null));
        assertThat(this.fixture.facilitator.verifications())
            .containsExactly(new FakeFacilitator.Call(this.attempt.payload(), GateFixture.TERMS, GateFixture.RESOURCE));
    }

    @Test
    void verifyWhenAnotherPayersPaymentWasVerifiedThenUnavailableAndNobodyIsToBlame() {
        assertThat(verify(VerifyResponse.valid("0x" + "0e".repeat(20)))).isEqualTo(UNAVAILABLE);
        assertThat(counted(this.payers)).isFalse();
    }

    @Test
    void verifyWhenRejectedThenSaysWhyAndThePayerIsCounted() {
        assertThat(verify(VerifyResponse.invalid(POOR))).isEqualTo(new Knowledge.Rejected(POOR));
        assertThat(counted(this.payers)).isTrue();
    }

    @Test
    void verifyWhenRejectedAndTheNonceIsPublicThenThePayerIsNotCounted() {
        verify(VerifyResponse.invalid(ReasonCode.EVM_NONCE_ALREADY_USED));
        assertThat(counted(this.payers)).isFalse();
    }

    @ParameterizedTest
    @EnumSource
    void verifyWhenTheNonceIsSaidToBeUsedThenTheChainIsRead(Standing standing) {
        this.fixture.inquiry.standing = standing;
        assertThat(verify(VerifyResponse.invalid(ReasonCode.EVM_NONCE_ALREADY_USED)))
            .isEqualTo(new Knowledge.PerhapsUsed(ReasonCode.EVM_NONCE_ALREADY_USED, standing));
    }

    @Test
    void verifyWhenTheReasonLeavesItOpenThenOpen() {
        ReasonCode pending = ReasonCode.of("unexpected_verify_error");
        assertThat(verify(VerifyResponse.invalid(pending))).isEqualTo(new Knowledge.LeftOpen(pending));
    }

    @ParameterizedTest
    @MethodSource
    void verifyWhenThereIsNoAnswerThenUnavailableAndNobodyIsToBlame(Exception failure) {
        this.fixture.facilitator.onVerify(FakeFacilitator.failure(failure));
        this.fixture.facilitator.onVerify(FakeFacilitator.failure(failure));
        assertThat(verifier(this.payers).verify(payment(true))).isEqualTo(UNAVAILABLE);
        assertThat(verifier(this.addresses).verify(payment(true))).isEqualTo(UNAVAILABLE);
        assertThat(counted(this.payers)).isFalse();
        assertThat(counted(this.addresses)).isFalse();
    }

    static Stream<Exception> verifyWhenThereIsNoAnswerThenUnavailableAndNobodyIsToBlame() {
        return Stream.of(new FacilitatorException("garbled", null), new FacilitatorNotReachedException("away", null),
                FacilitatorNotReachedException.notAsked("open", Duration.ZERO), new IllegalStateException("bug"));
    }

    @Test
    void rejectedWhenTheSignatureWasLeftToOthersThenItIsProvedBeforeThePayerIsBlamed() {
        this.fixture.scheme.screening = new Screening.Passed(GateFixture.AUTHORIZATION, false);
        verifier(this.payers).rejected(payment(false), POOR);
        assertThat(counted(this.payers)).isFalse();
        this.fixture.scheme.screening = new Screening.Passed(GateFixture.AUTHORIZATION, true);
        verifier(this.payers).rejected(payment(false), POOR);
        assertThat(counted(this.payers)).isTrue();
    }

    @Test
    void verifyWhenAnUnprovedOneIsRejectedThenOnlyThePayerWhoSignedItIsCounted() {
        this.fixture.scheme.screening = new Screening.Passed(GateFixture.AUTHORIZATION, false);
        this.fixture.facilitator.onVerify(VerifyResponse.invalid(POOR)).onVerify(VerifyResponse.invalid(POOR));
        verifier(this.payers).verify(payment(false));
        assertThat(counted(this.payers)).isFalse();
        this.fixture.scheme.screening = new Screening.Passed(GateFixture.AUTHORIZATION, true);
        verifier(this.payers).verify(payment(false));
        assertThat(counted(this.payers)).isTrue();
    }

    @Test
    void rejectedWhenTheSignatureWasProvedThenItIsNotProvedAgain() {
        verifier(this.payers).rejected(payment(true), POOR);
        assertThat(this.fixture.journal).doesNotContain("scheme.screen");
        assertThat(counted(this.payers)).isTrue();
    }

    @Test
    void rejectedWhenNobodyKnowsWhoSignedThenTheAddressIsCounted() {
        this.fixture.scheme.screening = new Screening.Passed(GateFixture.AUTHORIZATION, false);
        verifier(this.addresses).rejected(payment(false), POOR);
        assertThat(counted(this.addresses)).isTrue();
    }

    private @Nullable Knowledge verify(VerifyResponse answer) {
        this.fixture.facilitator.onVerify(answer);
        return verifier(this.payers).verify(payment(true));
    }

    private Verifier verifier(PaymentIntake intake) {
        Screener screener = new Screener(List.of(this.fixture.scheme), this.fixture.clock, Verification.REMOTE);
        SettlementEvidence evidence = new SettlementEvidence(RefusalReasons.standard(), this.fixture.inquiry,
                new AssetRegistry(List.of()), (key, transaction) -> {
                });
        return new Verifier(this.fixture.facilitator, screener, intake, evidence.refusals(),
                new Recall(this.fixture.ledger, screener, this.fixture.clock, evidence), new FacilitatorRefusals());
    }

    private Candidate payment(boolean proved) {
        return AdmittedPayments.candidate(this.attempt, proved, AdmittedPayments.FRESH);
    }

    private boolean counted(PaymentIntake intake) {
        return intake.denial("report", this.exchange, GateFixture.KEY) != null
                || intake.addressDenial(this.exchange) != null;
    }

}
