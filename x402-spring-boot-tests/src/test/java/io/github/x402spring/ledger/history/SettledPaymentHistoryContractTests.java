package io.github.x402spring.ledger.history;

import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

import org.junit.jupiter.api.Test;

import io.github.x402spring.Eventually;
import io.github.x402spring.ledger.Conclusion;
import io.github.x402spring.ledger.PaymentLedger;
import io.github.x402spring.ledger.PaymentState;
import io.github.x402spring.ledger.Reservation;
import io.github.x402spring.ledger.TestClaims;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a {@link PaymentHistory} promises that knows what was settled, too.
 */
public abstract class SettledPaymentHistoryContractTests extends PaymentHistoryContractTests {

    @Test
    void eventsWhenDeliveredThenTellTheWholeStory() throws Exception {
        PaymentLedger ledger = createLedger();
        Reservation reservation = settle(ledger, claim(1, "report", "ann"));
        ledger.delivered(reservation);
        List<PaymentEvent> events = eventsWhenThereAre(4);
        assertThat(events).extracting(PaymentEvent::type)
            .containsExactly("RESERVED", "SETTLING", "SETTLED", "DELIVERED");
        assertThat(events).extracting(PaymentEvent::transaction)
            .containsExactly(null, null, TestClaims.TRANSACTION, null);
        assertThat(events).extracting(PaymentEvent::at).isSorted();
        assertThat(history().find(key(1)).orElseThrow().deliveredAt()).isNotNull();
    }

    @Test
    void eventsWhenUnknownAndPresentedAgainThenTellIt() throws Exception {
        PaymentLedger ledger = createLedger();
        unknown(ledger, claim(1, "report", "ann"));
        Reservation resumed = reserve(ledger, claim(1, "report", "ann"));
        ledger.settled(resumed, TestClaims.TRANSACTION, null);
        assertThat(history().events(key(1))).extracting(PaymentEvent::type)
            .containsExactly("RESERVED", "SETTLING", "UNKNOWN", "RESUMED", "SETTLED");
    }

    @Test
    void eventsWhenEndedWithoutAnOutcomeThenTellHow() throws Exception {
        PaymentLedger ledger = createLedger();
        unknown(ledger, claim(1, "report", "ann"));
        ledger.conclude(ledger.lease(Duration.ofSeconds(-10), 1).get(0), new Conclusion.Unresolved());
        unknown(ledger, claim(2, "report", "ann"));
        ledger.conclude(ledger.lease(Duration.ofSeconds(-10), 1).get(0),
                new Conclusion.UsedElsewhere(TestClaims.TRANSACTION));
        assertThat(history().events(key(1))).extracting(PaymentEvent::type)
            .containsExactly("RESERVED", "SETTLING", "UNKNOWN", "UNRESOLVED");
        assertThat(history().events(key(2))).last()
            .satisfies((event) -> assertThat(event.type()).isEqualTo("USED_ELSEWHERE"))
            .satisfies((event) -> assertThat(event.transaction()).isEqualTo(TestClaims.TRANSACTION));
    }

    @Test
    void eventsWhenTheBodyWasBegunThenTellIt() throws Exception {
        PaymentLedger ledger = createLedger();
        ledger.undelivered(settle(ledger, claim(1, "report", "ann")), true);
        assertThat(eventsWhenThereAre(4)).extracting(PaymentEvent::type)
            .containsExactly("RESERVED", "SETTLING", "SETTLED", "BROKEN");
    }

    @Test
    void eventsWhenPaymentIsUnknownToTheLedgerThenEmpty() throws Exception {
        createLedger();
        assertThat(history().events(key(1))).isEmpty();
    }

    @Test
    void totalsWhenPaymentsDifferThenByEndpointAndState() throws Exception {
        PaymentLedger ledger = createLedger();
        settle(ledger, claim(1, "report", "ann"));
        settle(ledger, claim(2, "report", "bob"));
        settle(ledger, claim(3, "map", "bob"));
        unknown(ledger, claim(4, "map", "bob"));
        Instant at = history().find(key(1)).orElseThrow().createdAt();
        assertThat(history().totals(at, at.plusSeconds(60))).containsExactlyInAnyOrder(
                total("report", PaymentState.SETTLED, 2, 20), total("map", PaymentState.SETTLED, 1, 10),
                total("map", PaymentState.UNKNOWN, 1, 10));
        assertThat(history().totals(at.minusSeconds(60), at)).isEmpty();
    }

    @Test
    void paymentsWhenSettledThenListed() throws Exception {
        PaymentLedger ledger = createLedger();
        settle(ledger, claim(1, "report", "ann"));
        ledger.reserve(claim(2, "report", "ann"));
        assertThat(found(PaymentFilter.of(PaymentState.SETTLED))).containsExactly(key(1));
        assertThat(found(PaymentFilter.ANY)).containsExactlyInAnyOrder(key(1), key(2));
    }

    private static PaymentTotal total(String endpoint, PaymentState state, long payments, long amount) {
        return new PaymentTotal(endpoint, key(1).network(), key(1).asset(), state, payments,
                BigInteger.valueOf(amount));
    }

    /** Deliveries are recorded behind the caller's back. */
    private List<PaymentEvent> eventsWhenThereAre(int number) {
        Eventually.await("there are " + number + " events", () -> history().events(key(1)).size() >= number);
        return history().events(key(1));
    }

}
