package io.github.x402spring.reconcile;

import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;

import io.github.x402spring.MutableClock;
import io.github.x402spring.facilitator.FacilitatorException;
import io.github.x402spring.facilitator.SettlementInquiry;
import io.github.x402spring.facilitator.SettlementInquiry.Finding;
import io.github.x402spring.ledger.PaymentClaim;
import io.github.x402spring.ledger.PaymentKey;
import io.github.x402spring.ledger.PaymentLedger;
import io.github.x402spring.ledger.PaymentState;
import io.github.x402spring.ledger.RequestFingerprint;
import io.github.x402spring.ledger.Reservation;
import io.github.x402spring.ledger.ReserveResult;
import io.github.x402spring.ledger.StoredPayment;
import io.github.x402spring.ledger.TestClaims;
import io.github.x402spring.ledger.memory.InMemoryLedgers;
import io.github.x402spring.protocol.Network;

import static org.assertj.core.api.Assertions.assertThat;

class ReconcilerTests {

    private static final Duration LEASE = Duration.ofSeconds(30);

    private final MutableClock clock = new MutableClock(Instant.parse("2026-01-01T00:00:00Z"));

    private final PaymentLedger ledger = new InMemoryLedgers(this.clock, 1000).payments();

    private final Map<PaymentKey, Finding> findings = new HashMap<>();

    private final List<PaymentKey> asked = new ArrayList<>();

    private final List<UnknownPaymentEnded> ended = new ArrayList<>();

    private final UnknownPaymentListener listener = (payment, conclusion) -> this.ended
        .add(UnknownPaymentEnded.of(payment, conclusion));

    private final Reconciler reconciler = new Reconciler(this.ledger, (payment) -> {
        this.asked.add(payment.key());
        Finding finding = this.findings.get(payment.key());
        if (finding == null) {
            throw new FacilitatorException("no answer", null);
        }
        return finding;
    }, LEASE, this.clock, List.of(this.listener));

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
    void beginWhenNothingCanBeAskedThenNothingBegins() {
        assertThat(new Reconciler(this.ledger, null, LEASE, this.clock, List.of()).begin()).isFalse();
    }

    @Test
    void beginWhenSomethingCanBeAskedThenReconcilesInTheBackground() throws Exception {
        CountDownLatch ended = new CountDownLatch(1);
        PaymentKey key = unknown(1);
        Reconciler reconciler = new Reconciler(this.ledger, (payment) -> new Finding.Settled("0xab"), LEASE, this.clock,
                List.of((payment, conclusion) -> ended.countDown()));
        assertThat(reconciler.begin()).isTrue();
        assertThat(ended.await(1, TimeUnit.MINUTES)).isTrue();
        assertThat(this.ledger.find(key)).map(StoredPayment::state).contains(PaymentState.SETTLED);
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
    void reconcileWhenDoubtfulThenEndsUnresolvedForTheOperator() throws Exception {
        this.findings.put(unknown(1), new Finding.Doubtful("0xab"));
        assertThat(this.reconciler.reconcile()).isOne();
        assertThat(this.ledger.find(key(1))).map(StoredPayment::state).contains(PaymentState.UNRESOLVED);
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
        }, LEASE, this.clock, List.of(this.listener));
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

    @ParameterizedTest
    @CsvSource({ "SETTLED, 0, SETTLED", "FAILED, 0, RELEASED", "USED_ELSEWHERE, 0, USED_ELSEWHERE",
            "DOUBTFUL, 0, UNRESOLVED", "UNDECIDED, 0, UNKNOWN", "UNDECIDED, 899, UNKNOWN", "UNDECIDED, 900, UNRESOLVED",
            "NOTHING_TO_ASK, 0, UNKNOWN", "NOTHING_TO_ASK, 899, UNKNOWN", "NOTHING_TO_ASK, 900, UNRESOLVED",
            "NO_ANSWER, 900, UNKNOWN", "NO_ANSWER, 43499, UNKNOWN", "NO_ANSWER, 43500, UNRESOLVED",
            "BROKEN, 900, UNKNOWN", "BROKEN, 43500, UNRESOLVED" })
    void reconcileWhenUnknownThenEndsAsTheTableSays(Inquiry inquiry, long seconds, PaymentState state)
            throws Exception {
        PaymentKey key = unknown(1);
        this.clock.advance(Duration.ofSeconds(seconds));
        Reconciler reconciler = new Reconciler(this.ledger, inquiry.inquiry(), LEASE, this.clock,
                List.of(this.listener));
        boolean open = state == PaymentState.UNKNOWN;
        assertThat(reconciler.reconcile()).isEqualTo(open ? 0 : 1);
        assertThat(this.ledger.find(key).map(StoredPayment::state).orElse(PaymentState.RELEASED)).isEqualTo(state);
        assertThat(this.ended).extracting(UnknownPaymentEnded::state)
            .containsExactlyElementsOf(open ? List.of() : List.of(state));
    }

    @Test
    void reconcileWhenAListenerFailsThenTheOthersAreNotified() throws Exception {
        unknown(1);
        unknown(2);
        Reconciler reconciler = new Reconciler(this.ledger, (payment) -> new Finding.Failed(), LEASE, this.clock,
                List.of((payment, conclusion) -> {
                    throw new IllegalStateException("bug");
                }, this.listener));
        assertThat(reconciler.reconcile()).isEqualTo(2);
        assertThat(this.ended).hasSize(2);
    }

    @Test
    void reconcileWhenThePayerResumedItMeanwhileThenNobodyIsNotified() throws Exception {
        unknown(1);
        Reconciler reconciler = new Reconciler(this.ledger, (payment) -> {
            this.ledger.reserve(claim(1));
            return new Finding.Settled("0xab");
        }, LEASE, this.clock, List.of(this.listener));
        assertThat(reconciler.reconcile()).isZero();
        assertThat(this.ended).isEmpty();
    }

    @Test
    void reconcileWhenSomeEndUnresolvedThenTheOperatorIsToldHowMany() throws Exception {
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        Logger logger = (Logger) LoggerFactory.getLogger(Reconciler.class);
        log.start();
        logger.addAppender(log);
        try {
            this.findings.put(unknown(1), new Finding.Settled("0xab"));
            this.findings.put(unknown(2), new Finding.Failed());
            this.reconciler.reconcile();
            assertThat(log.list).isEmpty();
            for (int number = 3; number <= 5; number++) {
                this.findings.put(unknown(number), new Finding.Doubtful("0xab"));
            }
            this.findings.put(unknown(6), new Finding.Settled("0xab"));
            this.reconciler.reconcile();
            assertThat(log.list).singleElement()
                .satisfies((event) -> assertThat(event.getFormattedMessage()).startsWith("3 payments"));
        }
        finally {
            logger.detachAppender(log);
        }
    }

    private PaymentClaim claim(int number) {
        return TestClaims.claim(key(number), RequestFingerprint.of("report", "GET", "/report", "", new byte[0]),
                this.clock.instant().plusSeconds(300), "report", "https://api.example.com/report", BigInteger.TEN,
                "0xd", null);
    }

    private PaymentKey unknown(int number) throws Exception {
        PaymentClaim claim = claim(number);
        Reservation reservation = ((ReserveResult.Reserved) this.ledger.reserve(claim)).reservation();
        this.ledger.settling(reservation);
        this.ledger.unknown(reservation, "");
        return key(number);
    }

    private static PaymentKey key(int number) {
        return new PaymentKey(Network.parse("base-sepolia"), "0xa", "0xb" + number, "0x" + number);
    }

    enum Inquiry {

        SETTLED((payment) -> new Finding.Settled("0xab")), FAILED((payment) -> new Finding.Failed()),
        USED_ELSEWHERE((payment) -> new Finding.UsedElsewhere("0xcd")),
        DOUBTFUL((payment) -> new Finding.Doubtful("0xcd")), UNDECIDED((payment) -> new Finding.Undecided()),
        NOTHING_TO_ASK(null), NO_ANSWER((payment) -> {
            throw new FacilitatorException("no answer", null);
        }), BROKEN((payment) -> {
            throw new IllegalStateException("bug");
        });

        private final @Nullable SettlementInquiry inquiry;

        Inquiry(@Nullable SettlementInquiry inquiry) {
            this.inquiry = inquiry;
        }

        @Nullable SettlementInquiry inquiry() {
            return this.inquiry;
        }

    }

}
