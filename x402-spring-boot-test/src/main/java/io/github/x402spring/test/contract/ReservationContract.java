package io.github.x402spring.test.contract;

import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import org.junit.jupiter.api.Test;

import io.github.x402spring.ledger.PaymentClaim;
import io.github.x402spring.ledger.PaymentKey;
import io.github.x402spring.ledger.PaymentLedger;
import io.github.x402spring.ledger.PaymentState;
import io.github.x402spring.ledger.Reservation;
import io.github.x402spring.ledger.ReserveResult;
import io.github.x402spring.ledger.StoredPayment;
import io.github.x402spring.ledger.StoredPayment.Delivery;
import io.github.x402spring.ledger.StoredTerms;
import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.Rail;
import io.github.x402spring.protocol.TokenAmount;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Contract of a {@link PaymentLedger} for reservations: one payment is bound to one
 * request, for one caller at a time.
 */
abstract class ReservationContract extends LedgerContractFixture {

    @Test
    void reserveWhenPaymentIsFreeThenReserved() throws Exception {
        PaymentLedger ledger = createLedger();
        Reservation reservation = reserve(ledger, key(1));
        assertThat(reservation.key()).isEqualTo(key(1));
        assertThat(reservation.resumed()).isFalse();
        assertThat(ledger.find(key(1))).map(StoredPayment::state).contains(PaymentState.RESERVED);
    }

    @Test
    void findWhenPaymentIsUnknownToTheLedgerThenEmpty() throws Exception {
        assertThat(createLedger().find(key(1))).isEmpty();
    }

    @Test
    void reserveWhenReservedThenInFlightForEveryRequest() throws Exception {
        PaymentLedger ledger = createLedger();
        reserve(ledger, key(1));
        assertThat(ledger.reserve(claim(key(1), REQUEST, VALID_BEFORE))).isEqualTo(new ReserveResult.InFlight());
        assertThat(ledger.reserve(claim(key(1), OTHER_REQUEST, VALID_BEFORE))).isEqualTo(new ReserveResult.InFlight());
    }

    @Test
    void reserveWhenAnyPartOfTheKeyDiffersThenReserved() throws Exception {
        PaymentLedger ledger = createLedger();
        reserve(ledger, new PaymentKey(Network.parse("base"), "0xa", "0xb", "0xc"));
        reserve(ledger, new PaymentKey(Network.parse("polygon"), "0xa", "0xb", "0xc"));
        reserve(ledger, new PaymentKey(Network.parse("base"), "0xaa", "0xb", "0xc"));
        reserve(ledger, new PaymentKey(Network.parse("base"), "0xa", "0xbb", "0xc"));
        reserve(ledger, new PaymentKey(Network.parse("base"), "0xa", "0xb", "0xcc"));
    }

    @Test
    void reserveWhenKeyIsInAnotherCaseThenSamePayment() throws Exception {
        PaymentLedger ledger = createLedger();
        reserve(ledger, new PaymentKey(Network.parse("base"), "0xabcdefi", "0xabcdefi", "0xabcdefi"));
        assertThat(ledger.reserve(claim(new PaymentKey(Network.parse("base"), "0xABCDEFI", "0xABCDEFI", "0xABCDEFI"),
                REQUEST, VALID_BEFORE)))
            .isEqualTo(new ReserveResult.InFlight());
    }

    @Test
    void settlingWhenReservedThenMayBeSentAndStaysInFlight() throws Exception {
        PaymentLedger ledger = createLedger();
        Reservation reservation = reserve(ledger, key(1));
        assertThat(ledger.settling(reservation)).isTrue();
        assertThat(ledger.find(key(1))).map(StoredPayment::state).contains(PaymentState.SETTLING);
        assertThat(ledger.reserve(claim(key(1), REQUEST, VALID_BEFORE))).isEqualTo(new ReserveResult.InFlight());
    }

    @Test
    void reserveWhenReleasedThenReservedForAnyRequest() throws Exception {
        PaymentLedger ledger = createLedger();
        ledger.release(reserve(ledger, key(1)));
        assertThat(ledger.reserve(claim(key(1), OTHER_REQUEST, VALID_BEFORE)))
            .isInstanceOf(ReserveResult.Reserved.class);
    }

    @Test
    void releaseWhenSettlingThenReservedAgain() throws Exception {
        PaymentLedger ledger = createLedger();
        Reservation reservation = reserve(ledger, key(1));
        ledger.settling(reservation);
        ledger.release(reservation);
        assertThat(reserve(ledger, key(1)).token()).isNotEqualTo(reservation.token());
    }

    @Test
    void reserveWhenUnknownThenResumedForTheSameRequestOnly() throws Exception {
        PaymentLedger ledger = createLedger();
        Reservation first = makeUnknown(ledger, key(1));
        assertThat(ledger.reserve(claim(key(1), OTHER_REQUEST, VALID_BEFORE)))
            .isEqualTo(boundElsewhere(PaymentState.UNKNOWN));
        Reservation resumed = reserve(ledger, key(1));
        assertThat(resumed.resumed()).isTrue();
        assertThat(resumed.token()).isNotEqualTo(first.token());
        assertThat(ledger.reserve(claim(key(1), REQUEST, VALID_BEFORE))).isEqualTo(new ReserveResult.InFlight());
    }

    @Test
    void releaseWhenResumedThenUnknownAgain() throws Exception {
        PaymentLedger ledger = createLedger();
        makeUnknown(ledger, key(1));
        ledger.release(reserve(ledger, key(1)));
        assertThat(ledger.find(key(1))).map(StoredPayment::state).contains(PaymentState.UNKNOWN);
        assertThat(ledger.reserve(claim(key(1), OTHER_REQUEST, VALID_BEFORE)))
            .isEqualTo(boundElsewhere(PaymentState.UNKNOWN));
        assertThat(reserve(ledger, key(1)).resumed()).isTrue();
    }

    @Test
    void releaseWhenResumedAndSettlingThenUnknownAgain() throws Exception {
        PaymentLedger ledger = createLedger();
        makeUnknown(ledger, key(1));
        Reservation resumed = reserve(ledger, key(1));
        assertThat(ledger.settling(resumed)).isTrue();
        ledger.release(resumed);
        assertThat(ledger.find(key(1))).map(StoredPayment::state).contains(PaymentState.UNKNOWN);
    }

    @Test
    void unknownWhenResumedThenResumedOnceMore() throws Exception {
        PaymentLedger ledger = createLedger();
        makeUnknown(ledger, key(1));
        Reservation resumed = reserve(ledger, key(1));
        ledger.settling(resumed);
        ledger.unknown(resumed, "");
        assertThat(reserve(ledger, key(1)).resumed()).isTrue();
    }

    @Test
    void settlingWhenReservationIsVoidThenMayNotBeSent() throws Exception {
        PaymentLedger ledger = createLedger();
        Reservation released = reserve(ledger, key(1));
        ledger.release(released);
        assertThat(ledger.settling(released)).isFalse();
        reserve(ledger, key(1));
        assertThat(ledger.settling(released)).isFalse();
        assertThat(ledger.settling(settle(ledger, key(2)))).isFalse();
        assertThat(ledger.settling(makeUnknown(ledger, key(3)))).isFalse();
        assertThat(ledger.settling(new Reservation(key(4), "invented", false))).isFalse();
    }

    @Test
    void releaseWhenReservationIsVoidThenNothingChanges() throws Exception {
        PaymentLedger ledger = createLedger();
        ledger.release(settle(ledger, key(1)));
        ledger.release(makeUnknown(ledger, key(2)));
        Reservation earlier = reserve(ledger, key(3));
        ledger.release(earlier);
        reserve(ledger, key(3));
        ledger.release(earlier);
        ledger.release(new Reservation(key(3), "invented", false));
        assertThat(ledger.find(key(1))).map(StoredPayment::state).contains(PaymentState.SETTLED);
        assertThat(ledger.find(key(2))).map(StoredPayment::state).contains(PaymentState.UNKNOWN);
        assertThat(ledger.find(key(3))).map(StoredPayment::state).contains(PaymentState.RESERVED);
    }

    @Test
    void settledAndUnknownWhenReservationIsVoidThenNothingChanges() throws Exception {
        PaymentLedger ledger = createLedger();
        Reservation earlier = reserve(ledger, key(1));
        ledger.release(earlier);
        reserve(ledger, key(1));
        ledger.settled(earlier, "0xab", null);
        assertThat(ledger.find(key(1))).map(StoredPayment::state).contains(PaymentState.RESERVED);
        ledger.unknown(earlier, "");
        assertThat(ledger.find(key(1))).map(StoredPayment::state).contains(PaymentState.RESERVED);
        ledger.unknown(settle(ledger, key(2)), "");
        assertThat(ledger.find(key(2))).map(StoredPayment::state).contains(PaymentState.SETTLED);
    }

    @Test
    void releaseWhenReservationIsOfAResumedPaymentsFirstAttemptThenNothingChanges() throws Exception {
        PaymentLedger ledger = createLedger();
        Reservation first = makeUnknown(ledger, key(1));
        Reservation resumed = reserve(ledger, key(1));
        ledger.release(first);
        assertThat(ledger.find(key(1))).map(StoredPayment::state).contains(PaymentState.RESERVED);
        assertThat(ledger.settling(resumed)).isTrue();
    }

    @Test
    void reserveWhenAuthorizationCanStillBePresentedThenNothingIsForgotten() throws Exception {
        PaymentLedger ledger = createLedger();
        settle(ledger, key(1));
        makeUnknown(ledger, key(2));
        reserve(ledger, key(3));
        this.clock.advance(Duration.ofSeconds(299));
        reserve(ledger, key(4));
        assertThat(ledger.find(key(1))).map(StoredPayment::state).contains(PaymentState.SETTLED);
        assertThat(ledger.find(key(2))).map(StoredPayment::state).contains(PaymentState.UNKNOWN);
        assertThat(ledger.find(key(3))).map(StoredPayment::state).contains(PaymentState.RESERVED);
    }

    @Test
    void reserveWhenManyPresentTheSamePaymentThenExactlyOneGetsIt() throws Exception {
        PaymentLedger ledger = createLedger();
        List<ReserveResult> results = simultaneously(64,
                (number) -> ledger.reserve(claim(key(1), (number % 2 == 0) ? REQUEST : OTHER_REQUEST, VALID_BEFORE)));
        assertThat(results).filteredOn(ReserveResult.Reserved.class::isInstance).hasSize(1);
        assertThat(results).filteredOn(ReserveResult.InFlight.class::isInstance).hasSize(63);
    }

    @Test
    void reserveWhenManyResumeTheSamePaymentThenExactlyOneGetsIt() throws Exception {
        PaymentLedger ledger = createLedger();
        makeUnknown(ledger, key(1));
        List<ReserveResult> results = simultaneously(64,
                (number) -> ledger.reserve(claim(key(1), REQUEST, VALID_BEFORE)));
        assertThat(results).filteredOn(ReserveResult.Reserved.class::isInstance).hasSize(1);
        assertThat(results).filteredOn(ReserveResult.InFlight.class::isInstance).hasSize(63);
    }

    @Test
    void reserveWhenManyPresentDifferentPaymentsThenEachGetsItsOwn() throws Exception {
        PaymentLedger ledger = createLedger();
        List<ReserveResult> results = simultaneously(64,
                (number) -> ledger.reserve(claim(key(number), REQUEST, VALID_BEFORE)));
        assertThat(results).hasOnlyElementsOfType(ReserveResult.Reserved.class);
    }

    @Test
    void findWhenReservedThenHasWhatWasClaimed() throws Exception {
        PaymentLedger ledger = createLedger();
        PaymentRequirements requirements = requirements(key(1), BigInteger.TEN, "0x" + "d".repeat(40));
        PaymentClaim claim = new PaymentClaim(key(1), Rail.MPP, REQUEST, VALID_BEFORE, "report",
                "https://api.example.com/report", requirements, null, DIGEST, null);
        Reservation reservation = reserved(ledger.reserve(claim));
        StoredPayment stored = ledger.find(key(1)).orElseThrow();
        assertThat(stored.key()).isEqualTo(key(1));
        assertThat(stored.rail()).isEqualTo(Rail.MPP);
        assertThat(stored.state()).isEqualTo(PaymentState.RESERVED);
        assertThat(stored.token()).isEqualTo(reservation.token());
        assertThat(stored.fingerprint()).isEqualTo(REQUEST);
        assertThat(stored.isFor(claim)).isTrue();
        assertThat(stored.isFor(claim(key(1), OTHER_REQUEST, VALID_BEFORE))).isFalse();
        assertThat(stored.terms()).isEqualTo(StoredTerms.of(requirements));
        assertThat(stored.validBefore()).isEqualTo(VALID_BEFORE);
        assertThat(stored.settledAt()).isNull();
        assertThat(stored.transaction()).isNull();
        assertThat(stored.delivery()).isEqualTo(Delivery.NOT_BEGUN);
        assertThat(stored.bodyBegun()).isFalse();
        assertThat(stored.runs()).isZero();
        assertThat(stored.responseDigest()).isNull();
        assertThat(stored.signatureDigest()).isEqualTo(DIGEST);
    }

    @Test
    void findWhenRequestsAndTermsAlternateThenEachPaymentHasItsOwn() throws Exception {
        PaymentLedger ledger = createLedger();
        List<PaymentClaim> claims = new ArrayList<>();
        for (int number = 0; number < 8; number++) {
            PaymentClaim claim = new PaymentClaim(key(number), Rail.X402, (number % 2 == 0) ? REQUEST : OTHER_REQUEST,
                    VALID_BEFORE, "report", "https://api.example.com/report",
                    requirements(key(1), BigInteger.valueOf(1 + number / 2 % 2), "0xRecipient"), null, null, null);
            reserved(ledger.reserve(claim));
            claims.add(claim);
        }
        assertThat(claims).allSatisfy((claim) -> {
            StoredPayment stored = ledger.find(claim.key()).orElseThrow();
            assertThat(stored.isFor(claim)).isTrue();
            assertThat(stored.terms()).isEqualTo(StoredTerms.of(claim.requirements()));
        });
    }

    @Test
    void findWhenTermsHaveOddMembersThenTheyMatchAsOnTheWire() throws Exception {
        PaymentLedger ledger = createLedger();
        PaymentRequirements odd = new PaymentRequirements("upto", key(1).network(),
                new TokenAmount(BigInteger.TWO.pow(255)), "0xToken", "0xRecipient", Long.MAX_VALUE, Map.of("number",
                        300, "ratio", 0.5, "flag", true, "list", List.of("ü", 1), "tree", Map.of("a", "'\"\\")));
        ledger.reserve(new PaymentClaim(key(1), Rail.X402, REQUEST, VALID_BEFORE, "report",
                "https://api.example.com/report", odd, null, null, null));
        StoredTerms terms = ledger.find(key(1)).orElseThrow().terms();
        assertThat(terms.amount()).isEqualTo(BigInteger.TWO.pow(255));
        assertThat(odd.matches(Objects.requireNonNull(terms.requirements()).toMap())).isTrue();
    }

    @Test
    void reserveWhenResumedThenTheTermsAreThoseOfTheFirstReservation() throws Exception {
        PaymentLedger ledger = createLedger();
        makeUnknown(ledger, key(1));
        StoredPayment first = ledger.find(key(1)).orElseThrow();
        awaitTimeAfter(first.reservedAt(), ledger);
        PaymentClaim dearer = new PaymentClaim(key(1), Rail.X402, REQUEST, VALID_BEFORE, "report",
                "https://api.example.com/report", requirements(key(1), BigInteger.TWO, "0x" + "9".repeat(40)), null,
                null, null);
        ReserveResult.Reserved resumed = (ReserveResult.Reserved) ledger.reserve(dearer);
        assertThat(resumed.reservation().resumed()).isTrue();
        StoredPayment stored = Objects.requireNonNull(resumed.resumed());
        assertThat(stored.terms()).isEqualTo(first.terms());
        assertThat(stored.reservedAt()).isEqualTo(first.reservedAt());
        assertThat(stored.state()).isEqualTo(PaymentState.RESERVED);
        assertThat(stored.token()).isEqualTo(resumed.reservation().token());
        ledger.release(resumed.reservation());
        StoredPayment released = ledger.find(key(1)).orElseThrow();
        assertThat(released.terms()).isEqualTo(first.terms());
        assertThat(released.reservedAt()).isEqualTo(first.reservedAt());
    }

    @Test
    void reserveWhenPaymentIsNewThenNothingIsResumed() throws Exception {
        ReserveResult result = createLedger().reserve(claim(key(1), REQUEST, VALID_BEFORE));
        assertThat(((ReserveResult.Reserved) result).resumed()).isNull();
    }

    @Test
    void usedElsewhereWhenResumedThenUnknownAgain() throws Exception {
        PaymentLedger ledger = createLedger();
        makeUnknown(ledger, key(1));
        ledger.usedElsewhere(reserve(ledger, key(1)));
        assertThat(ledger.find(key(1)).orElseThrow().state()).isEqualTo(PaymentState.UNKNOWN);
    }

    @Test
    void usedElsewhereWhenTheReservationIsVoidThenNothingChanges() throws Exception {
        PaymentLedger ledger = createLedger();
        Reservation released = reserve(ledger, key(1));
        ledger.release(released);
        ledger.usedElsewhere(released);
        assertThat(ledger.find(key(1))).isEmpty();
        Reservation settled = settle(ledger, key(2));
        ledger.usedElsewhere(settled);
        assertThat(ledger.find(key(2)).orElseThrow().state()).isEqualTo(PaymentState.SETTLED);
        Reservation unknown = makeUnknown(ledger, key(3));
        ledger.usedElsewhere(unknown);
        assertThat(ledger.find(key(3)).orElseThrow().state()).isEqualTo(PaymentState.UNKNOWN);
    }

    @Test
    void reserveWhenThePayerHasThreeUnknownPaymentsThenEachMayBeResumed() throws Exception {
        PaymentLedger ledger = createLedger();
        for (int i = 1; i <= PaymentLedger.MAX_UNKNOWN_PER_PAYER; i++) {
            makeUnknown(ledger, key(i));
        }
        Reservation resumed = reserve(ledger, key(2));
        assertThat(resumed.resumed()).isTrue();
        assertThat(ledger.reserve(claim(key(1), OTHER_REQUEST, VALID_BEFORE)))
            .isEqualTo(boundElsewhere(PaymentState.UNKNOWN));
        assertThat(ledger.settling(resumed)).isTrue();
        assertThat(ledger.settled(resumed, TRANSACTION, null)).isTrue();
        reserve(ledger, key(4));
    }

    @Test
    void reserveWhenThePayerHasTooManyUnknownPaymentsThenNoOtherIsReserved() throws Exception {
        PaymentLedger ledger = createLedger();
        for (int i = 1; i <= PaymentLedger.MAX_UNKNOWN_PER_PAYER; i++) {
            makeUnknown(ledger, key(i));
        }
        assertThat(ledger.reserve(claim(key(4), REQUEST, VALID_BEFORE))).isEqualTo(new ReserveResult.TooManyUnknown());
        assertThat(ledger.find(key(4))).isEmpty();
        reserve(ledger, keyOfPayer(4));
    }

    @Test
    void unknownWhenTheTransactionIsKnownThenItStaysKnown() throws Exception {
        PaymentLedger ledger = createLedger();
        Reservation reservation = reserve(ledger, key(1));
        ledger.settling(reservation);
        ledger.unknown(reservation, TRANSACTION);
        assertThat(ledger.find(key(1)).orElseThrow().transaction()).isEqualTo(TRANSACTION);
        ledger.release(reserve(ledger, key(1)));
        assertThat(ledger.find(key(1)).orElseThrow().transaction()).isEqualTo(TRANSACTION);
        Reservation resumed = reserve(ledger, key(1));
        ledger.settling(resumed);
        ledger.unknown(resumed, "");
        assertThat(ledger.find(key(1)).orElseThrow().transaction()).isEqualTo(TRANSACTION);
    }

    @Test
    void retentionWhenAskedForThenTenMinutesAtLeast() throws Exception {
        PaymentLedger ledger = createLedger();
        assertThat(ledger.retention()).isGreaterThanOrEqualTo(Duration.ofMinutes(10));
        assertThat(ledger.completeSince()).isBeforeOrEqualTo(NOW);
        assertThat(ledger.storage()).isNotBlank();
    }

    @Test
    void reserveWhenAnotherInstanceHasItThenInFlightAndAfterARestartStill() throws Exception {
        Reservation reservation = reserve(createLedger(), key(1));
        PaymentLedger other = another();
        assertThat(other.reserve(claim(key(1), REQUEST, VALID_BEFORE))).isEqualTo(new ReserveResult.InFlight());
        assertThat(other.settling(reservation)).isTrue();
    }

    @Test
    void reserveWhenManyInstancesPresentTheSamePaymentsThenEachIsGrantedOnce() throws Exception {
        List<PaymentLedger> instances = List.of(createLedger(), another(), another());
        List<ReserveResult> results = simultaneously(48,
                (number) -> instances.get(number % 3).reserve(claim(key(number / 12), REQUEST, VALID_BEFORE)));
        assertThat(results).filteredOn(ReserveResult.Reserved.class::isInstance).hasSize(4);
        assertThat(results).filteredOn(ReserveResult.InFlight.class::isInstance).hasSize(44);
    }

    /** Ledgers may read another clock than ours. */
    private void awaitTimeAfter(Instant time, PaymentLedger ledger) {
        this.clock.advance(Duration.ofMillis(5));
        await("the ledger's clock goes on", () -> {
            Reservation probe = reserve(ledger, key(99));
            Instant reservedAt = ledger.find(key(99)).orElseThrow().reservedAt();
            ledger.release(probe);
            return reservedAt.isAfter(time);
        });
    }

}
