package io.github.x402spring.ledger.history;

import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import io.github.x402spring.ledger.Conclusion;
import io.github.x402spring.ledger.PaymentClaim;
import io.github.x402spring.ledger.PaymentKey;
import io.github.x402spring.ledger.PaymentLedger;
import io.github.x402spring.ledger.PaymentState;
import io.github.x402spring.ledger.Reservation;
import io.github.x402spring.ledger.ReserveResult;
import io.github.x402spring.ledger.TestClaims;
import io.github.x402spring.ledger.UnknownPayment;
import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.Rail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * What every {@link PaymentHistory} promises. Extended once for each implementation.
 */
public abstract class PaymentHistoryContractTests {

    private static final Instant VALID_BEFORE = TestClaims.VALID_BEFORE;

    /** Makes an empty ledger. Called once a test. */
    protected abstract PaymentLedger createLedger() throws Exception;

    /** Makes the history of the ledger that {@link #createLedger} made. */
    protected abstract PaymentHistory history();

    /** Lets a moment pass on the clock that the ledger reads. */
    protected void pass() {
    }

    @Test
    void paymentsWhenThereAreNoneThenEmpty() throws Exception {
        createLedger();
        assertThat(history().payments(PaymentFilter.ANY, null, 10)).isEqualTo(new PaymentPage(List.of(), null));
        assertThat(history().unknown()).isEqualTo(UnknownSettlements.NONE);
        assertThat(history().totals(Instant.EPOCH, VALID_BEFORE)).isEmpty();
    }

    @Test
    void paymentWhenReservedThenShownAsClaimed() throws Exception {
        PaymentLedger ledger = createLedger();
        PaymentClaim claim = claim(1, "report", "ann");
        ledger.reserve(claim);
        RecordedPayment payment = history().find(claim.key()).orElseThrow();
        assertThat(payment.key()).isEqualTo(claim.key());
        assertThat(payment.state()).isEqualTo(PaymentState.RESERVED);
        assertThat(payment.rail()).isEqualTo(Rail.X402);
        assertThat(payment.endpoint()).isEqualTo("report");
        assertThat(payment.resource()).isEqualTo(claim.resource());
        assertThat(payment.scheme()).isEqualTo("exact");
        assertThat(payment.amount()).isEqualTo(BigInteger.TEN);
        assertThat(payment.payTo()).isEqualTo(claim.payTo());
        assertThat(payment.caller()).isEqualTo("ann");
        assertThat(payment.transaction()).isNull();
        assertThat(payment.validBefore()).isEqualTo(VALID_BEFORE);
        assertThat(payment.deliveredAt()).isNull();
        assertThat(history().payments(PaymentFilter.ANY, null, 10).payments()).containsExactly(payment);
    }

    @Test
    void paymentWhenNobodyKnowsTheCallerThenHasNone() throws Exception {
        PaymentLedger ledger = createLedger();
        ledger.reserve(claim(1, "report", null));
        assertThat(history().find(key(1)).orElseThrow().caller()).isNull();
    }

    @Test
    void paymentWhenReleasedThenGone() throws Exception {
        PaymentLedger ledger = createLedger();
        ledger.release(reserve(ledger, claim(1, "report", "ann")));
        assertThat(history().find(key(1))).isEmpty();
        assertThat(history().payments(PaymentFilter.ANY, null, 10).payments()).isEmpty();
    }

    @Test
    void paymentWhenSettledThenFoundByItsKey() throws Exception {
        PaymentLedger ledger = createLedger();
        settle(ledger, claim(1, "report", "ann"));
        RecordedPayment payment = history().find(key(1)).orElseThrow();
        assertThat(payment.state()).isEqualTo(PaymentState.SETTLED);
        assertThat(payment.transaction()).isEqualTo(TestClaims.TRANSACTION);
    }

    @Test
    void paymentsWhenReadPageByPageThenEachOnceAndInOrder() throws Exception {
        PaymentLedger ledger = createLedger();
        for (int i = 0; i < 25; i++) {
            ledger.reserve(claim(i, "report", "ann"));
            if (i % 3 == 0) {
                pass();
            }
        }
        List<RecordedPayment> whole = history().payments(PaymentFilter.ANY, null, 100).payments();
        List<RecordedPayment> parts = new ArrayList<>();
        PaymentCursor next = null;
        int pages = 0;
        do {
            PaymentPage page = history().payments(PaymentFilter.ANY, next, 10);
            parts.addAll(page.payments());
            next = page.next();
            pages++;
        }
        while (next != null);
        assertThat(pages).isEqualTo(3);
        assertThat(whole).hasSize(25).isSortedAccordingTo(RecordedPayment.NEWEST_FIRST);
        assertThat(parts).isEqualTo(whole);
    }

    @Test
    void paymentsWhenPageIsExactlyFullThenThereIsNoNext() throws Exception {
        PaymentLedger ledger = createLedger();
        ledger.reserve(claim(1, "report", "ann"));
        ledger.reserve(claim(2, "report", "ann"));
        assertThat(history().payments(PaymentFilter.ANY, null, 2).next()).isNull();
        assertThat(history().payments(PaymentFilter.ANY, null, 1).next()).isNotNull();
    }

    @Test
    void paymentsWhenNewOnesComeMeanwhileThenNextPageGoesOnWhereItWas() throws Exception {
        PaymentLedger ledger = createLedger();
        for (int i = 0; i < 4; i++) {
            ledger.reserve(claim(i, "report", "ann"));
            pass();
        }
        PaymentPage first = history().payments(PaymentFilter.ANY, null, 2);
        ledger.reserve(claim(100, "report", "ann"));
        PaymentPage second = history().payments(PaymentFilter.ANY, first.next(), 10);
        assertThat(second.payments()).hasSize(2).doesNotContainAnyElementsOf(first.payments());
    }

    @Test
    void paymentsWhenFilteredThenThoseOnly() throws Exception {
        PaymentLedger ledger = createLedger();
        ledger.reserve(claim(1, "report", "ann"));
        ledger.reserve(claim(2, "map", "ann"));
        ledger.reserve(claim(3, "map", "bob"));
        unknown(ledger, claim(4, "map", "bob"));
        ledger.reserve(claim(5, "map", null));
        assertThat(found(new PaymentFilter("report", null, null, null, null, null))).containsExactly(key(1));
        assertThat(found(new PaymentFilter("map", null, null, "bob", null, null))).containsExactlyInAnyOrder(key(3),
                key(4));
        assertThat(found(PaymentFilter.of(PaymentState.UNKNOWN))).containsExactly(key(4));
        assertThat(found(new PaymentFilter(null, PaymentState.RESERVED, null, "ann", null, null)))
            .containsExactlyInAnyOrder(key(1), key(2));
        assertThat(found(new PaymentFilter(null, null, key(3).payer().toUpperCase(Locale.ROOT), null, null, null)))
            .containsExactly(key(3));
        assertThat(found(new PaymentFilter("' OR 1=1 --", null, null, null, null, null))).isEmpty();
    }

    @Test
    void paymentsWhenNarrowedByTimeThenFromIsInAndToIsOut() throws Exception {
        PaymentLedger ledger = createLedger();
        ledger.reserve(claim(1, "report", "ann"));
        Instant at = history().find(key(1)).orElseThrow().createdAt();
        assertThat(found(new PaymentFilter(null, null, null, null, at, at.plusSeconds(1)))).containsExactly(key(1));
        assertThat(found(new PaymentFilter(null, null, null, null, at.minusSeconds(1), at))).isEmpty();
    }

    @Test
    void unknownWhenThereAreSomeThenCountsThemAndKnowsTheOldest() throws Exception {
        PaymentLedger ledger = createLedger();
        unknown(ledger, claim(1, "report", "ann"));
        pass();
        unknown(ledger, claim(2, "report", "ann"));
        Instant oldest = history().find(key(1)).orElseThrow().createdAt();
        assertThat(history().unknown()).isEqualTo(new UnknownSettlements(2, oldest));
    }

    @Test
    void paymentsWhenUsedBeforeTheyWerePresentedThenListed() throws Exception {
        PaymentLedger ledger = createLedger();
        ReserveResult reserved = ledger.reserve(claim(1, "report", "ann"));
        ledger.usedElsewhere(((ReserveResult.Reserved) reserved).reservation());
        assertThat(found(PaymentFilter.of(PaymentState.USED_ELSEWHERE))).containsExactly(key(1));
        assertThat(history().unknown()).isEqualTo(UnknownSettlements.NONE);
    }

    @Test
    void paymentsWhenEndedWithoutAnOutcomeThenListedAndNotUnknown() throws Exception {
        PaymentLedger ledger = createLedger();
        unknown(ledger, claim(1, "report", "ann"));
        unknown(ledger, claim(2, "report", "ann"));
        for (UnknownPayment payment : ledger.lease(Duration.ofSeconds(-10), 10)) {
            assertThat(ledger.conclude(payment, payment.key().equals(key(1)) ? new Conclusion.Unresolved()
                    : new Conclusion.UsedElsewhere(TestClaims.TRANSACTION)))
                .isTrue();
        }
        assertThat(found(PaymentFilter.of(PaymentState.UNRESOLVED))).containsExactly(key(1));
        assertThat(found(PaymentFilter.of(PaymentState.USED_ELSEWHERE))).containsExactly(key(2));
        assertThat(found(PaymentFilter.of(PaymentState.UNKNOWN))).isEmpty();
        assertThat(found(PaymentFilter.ANY)).containsExactlyInAnyOrder(key(1), key(2));
        assertThat(history().unknown()).isEqualTo(UnknownSettlements.NONE);
        RecordedPayment elsewhere = history().find(key(2)).orElseThrow();
        assertThat(elsewhere.state()).isEqualTo(PaymentState.USED_ELSEWHERE);
        assertThat(elsewhere.transaction()).isEqualTo(TestClaims.TRANSACTION);
    }

    @Test
    void unknownWhenConcludedThenNoLongerCounted() throws Exception {
        PaymentLedger ledger = createLedger();
        unknown(ledger, claim(1, "report", "ann"));
        unknown(ledger, claim(2, "report", "ann"));
        for (UnknownPayment payment : ledger.lease(Duration.ofSeconds(-10), 10)) {
            ledger.conclude(payment, payment.key().equals(key(1)) ? new Conclusion.Settled(TestClaims.TRANSACTION)
                    : new Conclusion.Unsettled());
        }
        assertThat(history().unknown()).isEqualTo(UnknownSettlements.NONE);
        assertThat(history().find(key(1))).map(RecordedPayment::state).contains(PaymentState.SETTLED);
        assertThat(history().find(key(2))).isEmpty();
    }

    @Test
    void paymentsWhenTooManyAreAskedForThenRefused() throws Exception {
        createLedger();
        assertThatIllegalArgumentException().isThrownBy(() -> history().payments(PaymentFilter.ANY, null, 0));
        assertThatIllegalArgumentException()
            .isThrownBy(() -> history().payments(PaymentFilter.ANY, null, PaymentHistory.MAX_PAGE + 1));
    }

    protected List<PaymentKey> found(PaymentFilter filter) {
        return history().payments(filter, null, 100).payments().stream().map(RecordedPayment::key).toList();
    }

    protected static PaymentKey key(int number) {
        return new PaymentKey(Network.parse("base-sepolia"), "0x" + "a".repeat(40),
                "0x%040x".formatted(number + 0xab00), "0x%064x".formatted(number));
    }

    protected static PaymentClaim claim(int number, String endpoint, @Nullable String caller) {
        return TestClaims.claim(key(number), TestClaims.REQUEST, VALID_BEFORE, endpoint,
                "https://api.example.com/" + endpoint, BigInteger.TEN, "0x" + "d".repeat(40), caller);
    }

    protected static Reservation reserve(PaymentLedger ledger, PaymentClaim claim) {
        return ((ReserveResult.Reserved) ledger.reserve(claim)).reservation();
    }

    protected static Reservation settle(PaymentLedger ledger, PaymentClaim claim) {
        Reservation reservation = reserve(ledger, claim);
        ledger.settling(reservation);
        ledger.settled(reservation, TestClaims.TRANSACTION, null);
        return reservation;
    }

    protected static void unknown(PaymentLedger ledger, PaymentClaim claim) {
        Reservation reservation = reserve(ledger, claim);
        ledger.settling(reservation);
        ledger.unknown(reservation, "");
    }

}
