package io.github.x402spring.test.contract;

import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Test;

import io.github.x402spring.ledger.Conclusion;
import io.github.x402spring.ledger.PaymentLedger;
import io.github.x402spring.ledger.PaymentState;
import io.github.x402spring.ledger.Reservation;
import io.github.x402spring.ledger.ReserveResult;
import io.github.x402spring.ledger.StoredPayment;
import io.github.x402spring.ledger.StoredPayment.Delivery;
import io.github.x402spring.ledger.UnknownPayment;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Contract of a {@link PaymentLedger} that ends payments whose request is gone, beyond
 * that of every ledger. Extend it once for each ledger; all of its tests have to pass.
 *
 * @since 0.1.0
 */
public abstract class RecoverableLedgerContract extends ConclusionContract {

    /**
     * Tells whether an operator can end payments that are unresolved. Override it for a
     * ledger that leaves {@link PaymentLedger#resolve} as it is.
     * @return {@code true} by default
     */
    protected boolean resolvesUnresolved() {
        return true;
    }

    private List<Boolean> unresolved() {
        return resolvesUnresolved() ? List.of(false, true) : List.of(false);
    }

    @Test
    void resolveWhenUnknownOrUnresolvedThenSettledAndDeliveredOnce() throws Exception {
        for (boolean unresolved : unresolved()) {
            PaymentLedger ledger = createLedger();
            Reservation first = makeUnknown(ledger, key(1));
            if (unresolved) {
                ledger.conclude(leased(ledger), new Conclusion.Unresolved());
            }
            StoredPayment found = ledger.find(key(1)).orElseThrow();
            assertThat(ledger.resolve(found, new Conclusion.Settled(TRANSACTION))).isTrue();
            StoredPayment settled = settled(ledger.reserve(claim(key(1), REQUEST, VALID_BEFORE)));
            assertThat(settled.transaction()).isEqualTo(TRANSACTION);
            assertThat(settled.settledAt()).isNotNull();
            assertThat(settled.delivery()).isEqualTo(Delivery.NOT_BEGUN);
            assertThat(ledger.settled(first, OTHER_TRANSACTION, null)).isFalse();
            assertThat(simultaneously(6, (number) -> ledger.redeliver(settled, 0).isPresent()))
                .filteredOn(Boolean::booleanValue)
                .hasSize(1);
            assertThat(ledger.reserve(claim(key(1), OTHER_REQUEST, VALID_BEFORE)))
                .isEqualTo(boundElsewhere(PaymentState.SETTLED));
            assertThat(ledger.resolve(found, new Conclusion.Unsettled())).isFalse();
            assertThat(ledger.resolve(ledger.find(key(1)).orElseThrow(), new Conclusion.Unsettled())).isFalse();
        }
    }

    @Test
    void resolveWhenUnknownOrUnresolvedThenNotSettledAndForgotten() throws Exception {
        for (boolean unresolved : unresolved()) {
            PaymentLedger ledger = createLedger();
            Reservation first = reserved(ledger.reserve(named(key(1), "a", REQUEST)));
            ledger.settling(first);
            ledger.unknown(first, "");
            if (unresolved) {
                ledger.conclude(leased(ledger), new Conclusion.Unresolved());
            }
            StoredPayment found = ledger.find(key(1)).orElseThrow();
            assertThat(ledger.resolve(found, new Conclusion.Unsettled())).isTrue();
            assertThat(ledger.find(key(1))).isEmpty();
            assertThat(ledger.resolve(found, new Conclusion.Settled(TRANSACTION))).isFalse();
            assertThat(ledger.settled(first, TRANSACTION, null)).isFalse();
            assertThat(ledger.find(key(1))).isEmpty();
        }
    }

    @Test
    void resolveWhenItIsAnythingElseThenNothingHappens() throws Exception {
        PaymentLedger ledger = createLedger();
        reserve(ledger, key(1));
        ledger.settling(reserve(ledger, key(2)));
        Reservation paid = reserve(ledger, key(3));
        ledger.settling(paid);
        ledger.settled(paid, TRANSACTION, null);
        makeUnknown(ledger, key(4));
        ledger.conclude(leased(ledger), new Conclusion.UsedElsewhere(OTHER_TRANSACTION));
        for (int number = 1; number <= 4; number++) {
            StoredPayment found = ledger.find(key(number)).orElseThrow();
            assertThat(ledger.resolve(found, new Conclusion.Settled(TRANSACTION))).isFalse();
            assertThat(ledger.resolve(found, new Conclusion.Unsettled())).isFalse();
            assertThat(ledger.find(key(number)).orElseThrow().state()).isEqualTo(found.state());
        }
    }

    @Test
    void resolveWhenThePayerHasResumedItThenNothingHappens() throws Exception {
        PaymentLedger ledger = createLedger();
        makeUnknown(ledger, key(1));
        StoredPayment found = ledger.find(key(1)).orElseThrow();
        Reservation resumed = reserve(ledger, key(1));
        assertThat(ledger.resolve(found, new Conclusion.Settled(TRANSACTION))).isFalse();
        assertThat(ledger.resolve(found, new Conclusion.Unsettled())).isFalse();
        ledger.release(resumed);
        assertThat(ledger.resolve(found, new Conclusion.Unsettled())).isFalse();
        assertThat(ledger.find(key(1)).orElseThrow().state()).isEqualTo(PaymentState.UNKNOWN);
    }

    @Test
    void resolveWhenItEndedMeanwhileThenNothingHappens() throws Exception {
        PaymentLedger ledger = createLedger();
        makeUnknown(ledger, key(1));
        StoredPayment found = ledger.find(key(1)).orElseThrow();
        ledger.conclude(leased(ledger), new Conclusion.Unresolved());
        assertThat(ledger.resolve(found, new Conclusion.Unsettled())).isFalse();
        assertThat(ledger.find(key(1)).orElseThrow().state()).isEqualTo(PaymentState.UNRESOLVED);
    }

    @Test
    void resolveWhenManyDecideThenOneDoes() throws Exception {
        PaymentLedger ledger = createLedger();
        makeUnknown(ledger, key(1));
        StoredPayment found = ledger.find(key(1)).orElseThrow();
        UnknownPayment unknown = leased(ledger);
        List<Boolean> recorded = simultaneously(8, (number) -> switch (number % 3) {
            case 0 -> ledger.resolve(found, new Conclusion.Settled(TRANSACTION));
            case 1 -> ledger.resolve(found, new Conclusion.Unsettled());
            default -> ledger.conclude(unknown, new Conclusion.Unresolved());
        });
        assertThat(recorded).filteredOn(Boolean::booleanValue).hasSize(1);
    }

    @Test
    void resolveWhenAnUnresolvedPaymentIsSettledThenItsPayerIsFree() throws Exception {
        PaymentLedger ledger = createLedger();
        for (int i = 1; i <= PaymentLedger.MAX_UNKNOWN_PER_PAYER; i++) {
            makeUnknown(ledger, key(i));
        }
        ledger.resolve(ledger.find(key(1)).orElseThrow(), new Conclusion.Settled(TRANSACTION));
        makeUnknown(ledger, key(4));
        ledger.resolve(ledger.find(key(2)).orElseThrow(), new Conclusion.Unsettled());
        reserve(ledger, key(5));
    }

    @Test
    void recoverWhenAnInstanceDiedThenItsPaymentsCanBePresentedAgain() throws Exception {
        PaymentLedger ledger = createLedger();
        another();
        Reservation reserved = reserve(ledger, key(1));
        ledger.settling(reserve(ledger, key(2)));
        makeUnknown(ledger, key(3));
        reserve(ledger, key(3));
        settle(ledger, key(4));
        makeUnknown(ledger, keyOfPayer(5));
        age(Duration.ofHours(1));
        reserve(ledger, key(6));
        assertThat(ledger.recover(Duration.ofMinutes(30))).isEqualTo(3);
        assertThat(ledger.find(key(1))).isEmpty();
        assertThat(ledger.find(key(2))).map(StoredPayment::state).contains(PaymentState.UNKNOWN);
        assertThat(ledger.find(key(3))).map(StoredPayment::state).contains(PaymentState.UNKNOWN);
        assertThat(ledger.find(key(4))).map(StoredPayment::state).contains(PaymentState.SETTLED);
        assertThat(ledger.find(keyOfPayer(5))).map(StoredPayment::state).contains(PaymentState.UNKNOWN);
        assertThat(ledger.find(key(6))).map(StoredPayment::state).contains(PaymentState.RESERVED);
        assertThat(ledger.settling(reserved)).isFalse();
        assertThat(ledger.recover(Duration.ofMinutes(30))).isZero();
        age(Duration.ofMinutes(2));
        assertThat(ledger.lease(Duration.ofMinutes(1), 10)).extracting(UnknownPayment::key)
            .containsExactlyInAnyOrder(key(2), key(3), keyOfPayer(5));
        assertThat(ledger.reserve(claim(key(1), OTHER_REQUEST, VALID_BEFORE)))
            .isInstanceOf(ReserveResult.Reserved.class);
        assertThat(reserve(ledger, key(2)).resumed()).isTrue();
    }

    @Test
    void recoverWhenManyInstancesLookThenEachPaymentIsTakenUpOnce() throws Exception {
        PaymentLedger ledger = createLedger();
        another();
        for (int i = 0; i < 20; i++) {
            Reservation reservation = reserve(ledger, keyOfPayer(i));
            if (i % 2 == 0) {
                ledger.settling(reservation);
            }
        }
        age(Duration.ofHours(1));
        List<Integer> taken = simultaneously(8, (number) -> ledger.recover(Duration.ofMinutes(30)));
        assertThat(taken.stream().mapToInt(Integer::intValue).sum()).isEqualTo(20);
    }

    @Test
    void recoverWhenANamedPurchaseIsFreedThenItsNameIsFree() throws Exception {
        PaymentLedger ledger = createLedger();
        another();
        reserved(ledger.reserve(named(key(1), "a", REQUEST)));
        age(Duration.ofHours(1));
        assertThat(ledger.recover(Duration.ofMinutes(30))).isOne();
        reserved(ledger.reserve(named(key(2), "a", OTHER_REQUEST)));
    }

}
