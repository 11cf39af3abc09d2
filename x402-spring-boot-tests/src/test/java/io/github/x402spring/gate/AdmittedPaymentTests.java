package io.github.x402spring.gate;

import java.util.List;
import java.util.Set;

import org.junit.jupiter.api.Test;

import io.github.x402spring.PaymentFlow;
import io.github.x402spring.VerifiedPayment;
import io.github.x402spring.exchange.Redaction;
import io.github.x402spring.exchange.TaskExchange;
import io.github.x402spring.ledger.Reservation;
import io.github.x402spring.ledger.StoredPayment;
import io.github.x402spring.ledger.StoredPayment.Delivery;
import io.github.x402spring.limit.ExposureGuard;
import io.github.x402spring.limit.ExposureGuard.Share;
import io.github.x402spring.protocol.SettleResponse;

import static org.assertj.core.api.Assertions.assertThat;

class AdmittedPaymentTests {

    private static final SettleResponse RECEIPT = SettleResponse.settled(GateFixture.PAYER, GateFixture.TRANSACTION,
            GateFixture.NETWORK);

    private static final StoredPayment SETTLED = GateFixture.settled(Delivery.LOST, 1);

    private static final Redaction REDACTION = new Redaction(Set.of("days"));

    private final AdmittedPayment payment = payment(PaymentFlow.AUTHORIZATION, AdmittedPayments.FRESH);

    @Test
    void paymentWhenAdmittedThenTheApplicationSeesOurTerms() {
        assertThat(this.payment.payment()).isEqualTo(new VerifiedPayment("report", GateFixture.RESOURCE.url(), "exact",
                GateFixture.NETWORK, GateFixture.TERMS.asset(), GateFixture.TERMS.amount(), GateFixture.TERMS.payTo(),
                GateFixture.PAYER, GateFixture.VALID_BEFORE));
    }

    @Test
    void endWhenCalledAgainThenSomebodyElseCameFirst() {
        assertThat(this.payment.end()).isTrue();
        assertThat(this.payment.end()).isFalse();
    }

    @Test
    void endWhenAViewOfItWasEndedThenItIsEndedToo() {
        AdmittedPayment view = this.payment.settledBy(RECEIPT);
        assertThat(view.end()).isTrue();
        assertThat(this.payment.end()).isFalse();
    }

    @Test
    void shareWhenSeenThroughAViewThenItIsThePaymentsOwn() {
        Share.Taken share = (Share.Taken) ExposureGuard.none()
            .reserve(this.payment.attempt().endpoint(), this.payment.attempt().exchange(),
                    this.payment.candidate().claim(), false);
        AdmittedPayment limited = AdmittedPayment.unsettled(this.payment.candidate(), null, share);
        assertThat(limited.share()).isSameAs(share);
        assertThat(limited.settledBy(RECEIPT).share()).isSameAs(share);
    }

    @Test
    void settledBeforeWhenCalledThenThereIsNothingToSettleOrRelease() {
        AdmittedPayment settled = settledBefore(SETTLED);
        assertThat(settled.end()).isFalse();
        assertThat(settled.receipt()).isEqualTo(RECEIPT);
        assertThat(settled.redelivered()).isTrue();
        assertThat(settled.uncharged()).isFalse();
    }

    @Test
    void unchargedWhenItWasNeverSentThenCertain() {
        assertThat(this.payment.uncharged()).isTrue();
        assertThat(payment(PaymentFlow.AUTHORIZATION, AdmittedPayments.RESUMED).uncharged()).isFalse();
        assertThat(this.payment.settledBy(RECEIPT).uncharged()).isFalse();
    }

    @Test
    void settlesUpfrontWhenTheEndpointSaysSoThenUntilItIsSettled() {
        AdmittedPayment upfront = payment(PaymentFlow.UPFRONT, AdmittedPayments.FRESH);
        assertThat(upfront.settlesUpfront()).isTrue();
        assertThat(upfront.settledBy(RECEIPT).settlesUpfront()).isFalse();
        assertThat(this.payment.settlesUpfront()).isFalse();
    }

    @Test
    void settledByWhenCalledThenKeepsTheRest() {
        byte[] answer = { 1 };
        AdmittedPayment whole = AdmittedPayment.settledBefore(this.payment.candidate(), REDACTION, SETTLED, answer);
        assertThat(List.of(whole, whole.settledBy(RECEIPT))).allSatisfy((view) -> {
            assertThat(view.redaction()).isEqualTo(REDACTION);
            assertThat(view.storedResponse()).isEqualTo(answer);
            assertThat(view.receipt()).isEqualTo(RECEIPT);
            assertThat(view.redelivered()).isTrue();
        });
    }

    @Test
    void redeliveredWhenNothingWasSettledBeforeThenNot() {
        assertThat(this.payment.redelivered()).isFalse();
        assertThat(this.payment.settledBy(RECEIPT).redelivered()).isFalse();
    }

    @Test
    void recordedWhenADigestWasRecordedThenOnlyThatOneIs() {
        String digest = "ab".repeat(32);
        AdmittedPayment settled = settledBefore(StoredPayment
            .builder(SETTLED.key(), SETTLED.token(), SETTLED.fingerprint(), SETTLED.terms(), SETTLED.reservedAt())
            .state(SETTLED.state())
            .validBefore(SETTLED.validBefore())
            .responseDigest(digest)
            .build());
        assertThat(settled.recorded(digest)).isTrue();
        assertThat(settled.recorded("cd".repeat(32))).isFalse();
        assertThat(settled.recorded(null)).isFalse();
    }

    @Test
    void recordedWhenNoDigestWasRecordedThenEachIs() {
        for (AdmittedPayment payment : List.of(this.payment, settledBefore(SETTLED))) {
            assertThat(payment.recorded("ab".repeat(32))).isTrue();
            assertThat(payment.recorded(null)).isTrue();
        }
    }

    private AdmittedPayment settledBefore(StoredPayment settled) {
        return AdmittedPayment.settledBefore(this.payment.candidate(), null, settled, null);
    }

    private static AdmittedPayment payment(PaymentFlow flow, Reservation reservation) {
        return AdmittedPayments.admitted(attempt(flow), reservation);
    }

    private static PaymentAttempt attempt(PaymentFlow flow) {
        return AdmittedPayments.attempt(AdmittedPayments.endpoint("report", flow), new TaskExchange(null, null));
    }

}
