package io.github.x402spring.test.contract;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;

import io.github.x402spring.ledger.PaymentLedger;
import io.github.x402spring.ledger.PaymentState;
import io.github.x402spring.ledger.Reservation;
import io.github.x402spring.ledger.ReserveResult;
import io.github.x402spring.ledger.StoredPayment.Delivery;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Contract of a {@link PaymentLedger} for purchases that their client named: of several
 * payments for one, only one is bound at a time.
 */
abstract class NamedPurchaseContract extends ReservationContract {

    @Test
    void reserveWhenANamedPurchaseIsPaidForTwiceThenTheSecondIsInFlight() throws Exception {
        PaymentLedger ledger = createLedger();
        Reservation first = reserved(ledger.reserve(named(key(1), "a", REQUEST)));
        assertThat(ledger.reserve(named(key(2), "a", REQUEST))).isEqualTo(new ReserveResult.InFlight());
        assertThat(ledger.reserve(named(key(2), "a", OTHER_REQUEST))).isEqualTo(boundElsewhere(PaymentState.RESERVED));
        assertThat(ledger.find(key(2))).isEmpty();
        assertThat(ledger.settling(first)).isTrue();
        assertThat(ledger.reserve(named(key(2), "a", REQUEST))).isEqualTo(new ReserveResult.InFlight());
        assertThat(ledger.reserve(named(key(2), "b", REQUEST))).isInstanceOf(ReserveResult.Reserved.class);
        reserve(ledger, key(3));
    }

    @Test
    void reserveWhenANamedPurchaseIsPendingThenAnotherPaymentIsNotReserved() throws Exception {
        PaymentLedger ledger = createLedger();
        Reservation first = reserved(ledger.reserve(named(key(1), "a", REQUEST)));
        ledger.settling(first);
        ledger.unknown(first, "");
        assertThat(ledger.reserve(named(key(2), "a", REQUEST))).isEqualTo(new ReserveResult.Pending());
        assertThat(ledger.reserve(named(key(2), "a", OTHER_REQUEST))).isEqualTo(boundElsewhere(PaymentState.UNKNOWN));
        assertThat(ledger.find(key(2))).isEmpty();
        assertThat(reserved(ledger.reserve(named(key(1), "a", REQUEST))).resumed()).isTrue();
    }

    @Test
    void releaseWhenThePurchaseHasANameThenTheNameIsFree() throws Exception {
        PaymentLedger ledger = createLedger();
        ledger.release(reserved(ledger.reserve(named(key(1), "a", REQUEST))));
        Reservation second = reserved(ledger.reserve(named(key(2), "a", OTHER_REQUEST)));
        assertThat(ledger.reserve(named(key(1), "a", OTHER_REQUEST))).isEqualTo(new ReserveResult.InFlight());
        assertThat(ledger.settling(second)).isTrue();
    }

    @Test
    void reserveWhenManyPaymentsHaveOneNameThenExactlyOneGetsIt() throws Exception {
        PaymentLedger ledger = createLedger();
        List<ReserveResult> results = simultaneously(64, (number) -> ledger.reserve(named(key(number), "a", REQUEST)));
        assertThat(results).filteredOn(ReserveResult.Reserved.class::isInstance).hasSize(1);
        assertThat(results).filteredOn(ReserveResult.InFlight.class::isInstance).hasSize(63);
    }

    @Test
    void reserveWhenAPaymentIsInFlightUnderAnotherNameThenInFlightAndTheNameStaysFree() throws Exception {
        PaymentLedger ledger = createLedger();
        reserved(ledger.reserve(named(key(1), "a", REQUEST)));
        assertThat(ledger.reserve(named(key(1), "b", REQUEST))).isEqualTo(new ReserveResult.InFlight());
        assertThat(ledger.reserve(named(key(1), "b", OTHER_REQUEST))).isEqualTo(new ReserveResult.InFlight());
        assertThat(ledger.reserve(named(key(2), "b", REQUEST))).isInstanceOf(ReserveResult.Reserved.class);
    }

    @Test
    void reserveWhenManyNamesHaveOnePaymentThenExactlyOneGetsIt() throws Exception {
        PaymentLedger ledger = createLedger();
        List<ReserveResult> results = simultaneously(64,
                (number) -> ledger.reserve(named(key(1), "name-" + number, REQUEST)));
        assertThat(results).filteredOn(ReserveResult.Reserved.class::isInstance).hasSize(1);
        assertThat(results).filteredOn(ReserveResult.InFlight.class::isInstance).hasSize(63);
    }

    @Test
    void reserveWhenManyReleaseAndTakeANameThenNeverTwoHoldIt() throws Exception {
        PaymentLedger ledger = createLedger();
        AtomicInteger holders = new AtomicInteger();
        List<Integer> most = simultaneously(8, (number) -> {
            int seen = 0;
            for (int i = 0; i < 50; i++) {
                if (ledger.reserve(named(key(number / 2), "a",
                        REQUEST)) instanceof ReserveResult.Reserved(var reservation, var resumed)) {
                    seen = Math.max(seen, holders.incrementAndGet());
                    holders.decrementAndGet();
                    ledger.release(reservation);
                }
            }
            return seen;
        });
        assertThat(most).allSatisfy((seen) -> assertThat(seen).isLessThanOrEqualTo(1)).contains(1);
    }

    @Test
    void reserveWhenThePayerHasThreeUnknownPaymentsThenANamedPurchaseIsJudgedFirst() throws Exception {
        PaymentLedger ledger = createLedger();
        Reservation first = reserved(ledger.reserve(named(key(1), "a", REQUEST)));
        ledger.settling(first);
        ledger.unknown(first, "");
        Reservation paid = reserved(ledger.reserve(named(key(5), "b", REQUEST)));
        ledger.settling(paid);
        ledger.settled(paid, TRANSACTION, null);
        makeUnknown(ledger, key(2));
        makeUnknown(ledger, key(3));
        assertThat(ledger.reserve(named(key(4), "a", REQUEST))).isEqualTo(new ReserveResult.Pending());
        assertThat(ledger.reserve(named(key(4), "a", OTHER_REQUEST))).isEqualTo(boundElsewhere(PaymentState.UNKNOWN));
        assertThat(settled(ledger.reserve(named(key(4), "b", REQUEST))).key()).isEqualTo(key(5));
        assertThat(ledger.reserve(named(key(4), "c", REQUEST))).isEqualTo(new ReserveResult.TooManyUnknown());
        assertThat(ledger.find(key(4))).isEmpty();
    }

    @Test
    void reserveWhenANamedPurchaseIsSettledThenItsResponseIsForAnyPaymentOfThatName() throws Exception {
        PaymentLedger ledger = createLedger();
        Reservation first = reserved(ledger.reserve(named(key(1), "a", REQUEST)));
        ledger.settling(first);
        ledger.settled(first, TRANSACTION, null);
        assertThat(settled(ledger.reserve(named(key(2), "a", REQUEST))).delivery()).isEqualTo(Delivery.IN_FLIGHT);
        ledger.undelivered(first, false);
        Reservation again = lost(ledger, named(key(2), "a", REQUEST));
        assertThat(again.key()).isEqualTo(key(1));
        ledger.delivered(again);
        assertDelivered(ledger.reserve(named(key(3), "a", REQUEST)), key(1));
        assertThat(ledger.reserve(named(key(3), "a", OTHER_REQUEST))).isEqualTo(boundElsewhere(PaymentState.SETTLED));
        assertThat(ledger.find(key(2))).isEmpty();
        assertThat(ledger.find(key(3))).isEmpty();
    }

}
