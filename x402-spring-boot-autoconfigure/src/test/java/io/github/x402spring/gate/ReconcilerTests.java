package io.github.x402spring.gate;

import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import io.github.x402spring.MutableClock;
import io.github.x402spring.facilitator.FacilitatorException;
import io.github.x402spring.facilitator.SettlementInquiry.Finding;
import io.github.x402spring.ledger.InMemoryPaymentLedger;
import io.github.x402spring.ledger.PaymentClaim;
import io.github.x402spring.ledger.PaymentKey;
import io.github.x402spring.ledger.PaymentState;
import io.github.x402spring.ledger.RequestFingerprint;
import io.github.x402spring.ledger.Reservation;
import io.github.x402spring.ledger.ReserveResult;
import io.github.x402spring.ledger.StoredPayment;
import io.github.x402spring.ledger.TestClaims;
import io.github.x402spring.protocol.Network;

import static org.assertj.core.api.Assertions.assertThat;

class ReconcilerTests {

    private static final Duration LEASE = Duration.ofSeconds(30);

    private final MutableClock clock = new MutableClock(Instant.parse("2026-01-01T00:00:00Z"));

    private final InMemoryPaymentLedger ledger = new InMemoryPaymentLedger(this.clock, 1000);

    private final Map<PaymentKey, Finding> findings = new HashMap<>();

    private final List<PaymentKey> asked = new ArrayList<>();

    private final Reconciler reconciler = new Reconciler(this.ledger, (payment) -> {
        this.asked.add(payment.key());
        Finding finding = this.findings.get(payment.key());
        if (finding == null) {
            throw new FacilitatorException("no answer", null);
        }
        return finding;
    }, LEASE);

    @Test
    void reconcileWhenDecidedThenEachEndsAsItIs() throws Exception {
        this.findings.put(unknown(1), new Finding.Settled("0xab"));
        this.findings.put(unknown(2), new Finding.Failed());
        this.findings.put(unknown(3), new Finding.Undecided());
        PaymentKey unanswered = unknown(4);
        assertThat(this.reconciler.reconcile()).isEqualTo(2);
        assertThat(this.ledger.find(key(1))).map(StoredPayment::state).contains(PaymentState.SETTLED);
        assertThat(this.ledger.find(key(2))).isEmpty();
        assertThat(this.ledger.find(key(3))).map(StoredPayment::state).contains(PaymentState.UNKNOWN);
        assertThat(this.ledger.find(unanswered)).map(StoredPayment::state).contains(PaymentState.UNKNOWN);
    }

    @Test
    void reconcileWhenUsedElsewhereThenEndsSoAndIsNeitherSettledNorFree() throws Exception {
        this.findings.put(unknown(1), new Finding.UsedElsewhere("0xab"));
        assertThat(this.reconciler.reconcile()).isOne();
        assertThat(this.ledger.find(key(1))).hasValueSatisfying((payment) -> {
            assertThat(payment.state()).isEqualTo(PaymentState.USED_ELSEWHERE);
            assertThat(payment.transaction()).isEqualTo("0xab");
        });
    }

    @Test
    void reconcileWhenDoubtfulThenStaysOpen() throws Exception {
        this.findings.put(unknown(1), new Finding.Doubtful("0xab"));
        assertThat(this.reconciler.reconcile()).isZero();
        assertThat(this.ledger.find(key(1))).map(StoredPayment::state).contains(PaymentState.UNKNOWN);
    }

    @Test
    void reconcileWhenUndecidedThenAsksAgainOnlyAfterTheLease() throws Exception {
        this.findings.put(unknown(1), new Finding.Undecided());
        this.reconciler.reconcile();
        assertThat(this.reconciler.reconcile()).isZero();
        assertThat(this.asked).hasSize(1);
        this.findings.put(key(1), new Finding.Settled("0xab"));
        this.clock.advance(LEASE);
        assertThat(this.reconciler.reconcile()).isOne();
        assertThat(this.ledger.find(key(1))).map(StoredPayment::state).contains(PaymentState.SETTLED);
    }

    @Test
    void reconcileWhenAskingFailsThenTheOthersAreAskedFor() throws Exception {
        PaymentKey broken = unknown(1);
        Reconciler reconciler = new Reconciler(this.ledger, (payment) -> {
            if (payment.key().equals(broken)) {
                throw new IllegalStateException("broken");
            }
            return new Finding.Settled("0xab");
        }, LEASE);
        unknown(2);
        assertThat(reconciler.reconcile()).isOne();
        assertThat(this.ledger.find(key(2))).map(StoredPayment::state).contains(PaymentState.SETTLED);
        assertThat(this.ledger.find(broken)).map(StoredPayment::state).contains(PaymentState.UNKNOWN);
    }

    @Test
    void reconcileWhenThereAreManyThenAllAreAskedForOnce() throws Exception {
        for (int i = 0; i < 200; i++) {
            this.findings.put(unknown(i), (i % 2 == 0) ? new Finding.Settled("0xab") : new Finding.Undecided());
        }
        assertThat(this.reconciler.reconcile()).isEqualTo(100);
        assertThat(this.asked).hasSize(200).doesNotHaveDuplicates();
    }

    private PaymentKey unknown(int number) throws Exception {
        PaymentClaim claim = TestClaims.claim(key(number), RequestFingerprint.of("GET", "/report", "", new byte[0]),
                this.clock.instant().plusSeconds(300), "report", "https://api.example.com/report", BigInteger.TEN,
                "0xd", null);
        Reservation reservation = ((ReserveResult.Reserved) this.ledger.reserve(claim)).reservation();
        this.ledger.settling(reservation);
        this.ledger.unknown(reservation, "");
        return key(number);
    }

    private static PaymentKey key(int number) {
        return new PaymentKey(Network.parse("base-sepolia"), "0xa", "0xb" + number, "0x" + number);
    }

}
