package io.github.x402spring.ledger;

import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.junit.jupiter.api.Test;

import io.github.x402spring.Eventually;
import io.github.x402spring.ledger.StoredPayment.Delivery;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.Rail;
import io.github.x402spring.protocol.RequirementMatcher;
import io.github.x402spring.protocol.TokenAmount;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What every {@link PaymentLedger} promises about what it stores of a payment, how a
 * payment ends, and how often its response is given.
 */
public abstract class PaymentEndContractTests extends PaymentLedgerContractTests {

    private static final String DIGEST = "0123456789abcdef".repeat(4);

    private static final String OTHER_TRANSACTION = "0x" + "e".repeat(64);

    @Test
    void findWhenReservedThenHasWhatWasClaimed() throws Exception {
        PaymentLedger ledger = createLedger();
        PaymentRequirements requirements = TestClaims.requirements(key(1), BigInteger.TEN, "0x" + "d".repeat(40));
        PaymentClaim claim = PaymentClaim.builder(key(1), REQUEST, requirements)
            .rail(Rail.MPP)
            .validBefore(VALID_BEFORE)
            .resource("report", "https://api.example.com/report")
            .signatureDigest(DIGEST)
            .build();
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
            PaymentClaim claim = PaymentClaim
                .builder(key(number), (number % 2 == 0) ? REQUEST : OTHER_REQUEST,
                        TestClaims.requirements(key(1), BigInteger.valueOf(1 + number / 2 % 2), "0xRecipient"))
                .validBefore(VALID_BEFORE)
                .resource("report", "https://api.example.com/report")
                .build();
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
        ledger.reserve(PaymentClaim.builder(key(1), REQUEST, odd)
            .validBefore(VALID_BEFORE)
            .resource("report", "https://api.example.com/report")
            .build());
        StoredTerms terms = ledger.find(key(1)).orElseThrow().terms();
        assertThat(terms.amount()).isEqualTo(BigInteger.TWO.pow(255));
        assertThat(RequirementMatcher.matches(odd.toMap(), terms.requirements().toMap())).isTrue();
    }

    @Test
    void reserveWhenResumedThenTheTermsAreThoseOfTheFirstReservation() throws Exception {
        PaymentLedger ledger = createLedger();
        makeUnknown(ledger, key(1));
        StoredPayment first = ledger.find(key(1)).orElseThrow();
        awaitTimeAfter(first.reservedAt(), ledger);
        PaymentClaim dearer = PaymentClaim
            .builder(key(1), REQUEST, TestClaims.requirements(key(1), BigInteger.TWO, "0x" + "9".repeat(40)))
            .validBefore(VALID_BEFORE)
            .resource("report", "https://api.example.com/report")
            .build();
        ReserveResult.Reserved resumed = (ReserveResult.Reserved) ledger.reserve(dearer);
        assertThat(resumed.reservation().resumed()).isTrue();
        assertThat(resumed.resumed().terms()).isEqualTo(first.terms());
        assertThat(resumed.resumed().reservedAt()).isEqualTo(first.reservedAt());
        assertThat(resumed.resumed().state()).isEqualTo(PaymentState.RESERVED);
        assertThat(resumed.resumed().token()).isEqualTo(resumed.reservation().token());
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
    void leaseWhenUnknownThenSaysWhenAndUnderWhichTermsItWasReserved() throws Exception {
        RecoverableLedger ledger = createLedger();
        makeUnknown(ledger, key(1));
        StoredPayment stored = ledger.find(key(1)).orElseThrow();
        UnknownPayment unknown = leased(ledger);
        assertThat(unknown.rail()).isEqualTo(Rail.X402);
        assertThat(unknown.terms()).isEqualTo(stored.terms());
        assertThat(unknown.reservedAt()).isEqualTo(stored.reservedAt());
        assertThat(unknown.token()).isEqualTo(stored.token());
    }

    @Test
    void settledWhenTheReservationIsValidThenFirstRunIsCounted() throws Exception {
        PaymentLedger ledger = createLedger();
        Reservation reservation = reserve(ledger, key(1));
        ledger.settling(reservation);
        Instant reservedAt = ledger.find(key(1)).orElseThrow().reservedAt();
        assertThat(ledger.settled(reservation, TRANSACTION, DIGEST)).isTrue();
        StoredPayment settled = ledger.find(key(1)).orElseThrow();
        assertThat(settled.transaction()).isEqualTo(TRANSACTION);
        assertThat(settled.responseDigest()).isEqualTo(DIGEST);
        assertThat(settled.settledAt()).isNotNull().isAfterOrEqualTo(reservedAt);
        assertThat(settled.runs()).isOne();
        assertThat(settled.delivery()).isEqualTo(Delivery.IN_FLIGHT);
        assertThat(ledger.settled(reservation, OTHER_TRANSACTION, null)).isFalse();
        assertThat(ledger.find(key(1)).orElseThrow().transaction()).isEqualTo(TRANSACTION);
    }

    @Test
    void settledWhenUnknownAndNobodyResumedItThenRecordedAndDeliverable() throws Exception {
        PaymentLedger ledger = createLedger();
        Reservation slept = makeUnknown(ledger, key(1));
        assertThat(ledger.settled(slept, TRANSACTION, DIGEST)).isTrue();
        StoredPayment settled = ledger.find(key(1)).orElseThrow();
        assertThat(settled.state()).isEqualTo(PaymentState.SETTLED);
        assertThat(settled.runs()).isOne();
        assertThat(settled.delivery()).isEqualTo(Delivery.IN_FLIGHT);
        ledger.delivered(slept);
        assertDelivered(awaited(ledger, key(1)), key(1));
    }

    @Test
    void settledWhenRecoveredMeanwhileThenRecordedAndDeliverable() throws Exception {
        RecoverableLedger ledger = createLedger();
        Reservation slept = reserve(ledger, key(1));
        ledger.settling(slept);
        age(Duration.ofHours(1));
        ledger.recover(Duration.ofMinutes(30));
        assertThat(ledger.settled(slept, TRANSACTION, null)).isTrue();
        assertThat(ledger.find(key(1))).map(StoredPayment::state).contains(PaymentState.SETTLED);
    }

    @Test
    void settledWhenResumedMeanwhileThenNotRecorded() throws Exception {
        PaymentLedger ledger = createLedger();
        Reservation slept = makeUnknown(ledger, key(1));
        Reservation resumed = reserve(ledger, key(1));
        assertThat(ledger.settled(slept, TRANSACTION, null)).isFalse();
        assertThat(ledger.find(key(1))).map(StoredPayment::state).contains(PaymentState.RESERVED);
        ledger.release(resumed);
        assertThat(ledger.settled(slept, TRANSACTION, null)).isFalse();
        assertThat(ledger.find(key(1))).map(StoredPayment::state).contains(PaymentState.UNKNOWN);
    }

    @Test
    void usedElsewhereWhenReservedThenEndedAndNeverFree() throws Exception {
        RecoverableLedger ledger = createLedger();
        Reservation reservation = reserve(ledger, key(1));
        ledger.usedElsewhere(reservation);
        assertThat(ledger.find(key(1)).orElseThrow().state()).isEqualTo(PaymentState.USED_ELSEWHERE);
        assertThat(ledger.find(key(1)).orElseThrow().transaction()).isNull();
        assertThat(ledger.reserve(claim(key(1), REQUEST, VALID_BEFORE)))
            .isEqualTo(new ReserveResult.Ended(PaymentState.USED_ELSEWHERE));
        assertThat(ledger.reserve(claim(key(1), OTHER_REQUEST, VALID_BEFORE)))
            .isEqualTo(boundElsewhere(PaymentState.USED_ELSEWHERE));
        ledger.release(reservation);
        ledger.unknown(reservation, TRANSACTION);
        assertThat(ledger.settling(reservation)).isFalse();
        assertThat(ledger.settled(reservation, TRANSACTION, null)).isFalse();
        assertThat(ledger.redeliver(ledger.find(key(1)).orElseThrow(), 2)).isEmpty();
        age(Duration.ofHours(1));
        assertThat(ledger.recover(Duration.ofMinutes(30))).isZero();
        assertThat(ledger.lease(Duration.ofMinutes(1), 10)).isEmpty();
        assertThat(ledger.find(key(1)).orElseThrow().state()).isEqualTo(PaymentState.USED_ELSEWHERE);
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
    void settledWhenConcludedMeanwhileThenNotRecorded() throws Exception {
        for (Conclusion conclusion : List.of(new Conclusion.Settled(OTHER_TRANSACTION),
                new Conclusion.UsedElsewhere(OTHER_TRANSACTION), new Conclusion.Unresolved(),
                new Conclusion.Unsettled())) {
            RecoverableLedger ledger = createLedger();
            Reservation slept = makeUnknown(ledger, key(1));
            assertThat(ledger.conclude(leased(ledger), conclusion)).isTrue();
            Optional<StoredPayment> concluded = ledger.find(key(1));
            assertThat(ledger.settled(slept, TRANSACTION, null)).as(conclusion.toString()).isFalse();
            assertThat(ledger.find(key(1))).isEqualTo(concluded);
        }
    }

    @Test
    void settledWhenResumedAtTheSameMomentThenOneOfThemHasThePayment() throws Exception {
        PaymentLedger ledger = createLedger();
        for (int i = 0; i < 20; i++) {
            PaymentKey key = keyOfPayer(i);
            Reservation slept = makeUnknown(ledger, key);
            List<Boolean> taken = simultaneously(2, (number) -> (number == 0) ? ledger.settled(slept, TRANSACTION, null)
                    : ledger.reserve(claim(key, REQUEST, VALID_BEFORE)) instanceof ReserveResult.Reserved);
            assertThat(taken).containsExactlyInAnyOrder(true, false);
        }
    }

    @Test
    void redeliverWhenRunsAreSpentThenNoneIsLeft() throws Exception {
        PaymentLedger ledger = createLedger();
        ledger.undelivered(settle(ledger, key(1)), false);
        for (int runs = 2; runs <= 3; runs++) {
            Reservation run = ledger.redeliver(lostPayment(ledger, key(1)), 2).orElseThrow();
            assertThat(ledger.find(key(1)).orElseThrow().runs()).isEqualTo(runs);
            ledger.undelivered(run, false);
        }
        StoredPayment spent = lostPayment(ledger, key(1));
        assertThat(spent.runs()).isEqualTo(3);
        assertThat(ledger.redeliver(spent, 2)).isEmpty();
        assertThat(ledger.find(key(1))).contains(spent);
    }

    @Test
    void redeliverWhenNothingWasDeliveredThenTheFirstIsNoFurtherRun() throws Exception {
        RecoverableLedger ledger = createLedger();
        makeUnknown(ledger, key(1));
        ledger.conclude(leased(ledger), new Conclusion.Settled(TRANSACTION));
        StoredPayment concluded = ledger.find(key(1)).orElseThrow();
        assertThat(concluded.delivery()).isEqualTo(Delivery.NOT_BEGUN);
        assertThat(concluded.runs()).isZero();
        assertThat(concluded.settledAt()).isNotNull();
        assertThat(concluded.responseDigest()).isNull();
        Reservation first = ledger.redeliver(concluded, 0).orElseThrow();
        assertThat(ledger.find(key(1)).orElseThrow().runs()).isOne();
        ledger.undelivered(first, false);
        assertThat(ledger.redeliver(lostPayment(ledger, key(1)), 0)).isEmpty();
    }

    @Test
    void redeliverWhenTakenSinceItWasFoundThenNotTakenAgain() throws Exception {
        PaymentLedger ledger = createLedger();
        ledger.undelivered(settle(ledger, key(1)), false);
        StoredPayment found = lostPayment(ledger, key(1));
        ledger.undelivered(ledger.redeliver(found, 2).orElseThrow(), false);
        StoredPayment again = lostPayment(ledger, key(1));
        assertThat(ledger.redeliver(found, 2)).isEmpty();
        assertThat(again.runs()).isEqualTo(2);
        assertThat(ledger.redeliver(again, 2)).isPresent();
    }

    @Test
    void redeliverWhenManyTakeTheSamePaymentThenOneGetsIt() throws Exception {
        PaymentLedger ledger = createLedger();
        ledger.undelivered(settle(ledger, key(1)), false);
        StoredPayment found = lostPayment(ledger, key(1));
        List<Optional<Reservation>> runs = simultaneously(16, (number) -> ledger.redeliver(found, 2));
        assertThat(runs).filteredOn(Optional::isPresent).hasSize(1);
        assertThat(ledger.find(key(1)).orElseThrow().runs()).isEqualTo(2);
    }

    @Test
    void redeliverWhenNotSettledOrDeliveredThenNotTaken() throws Exception {
        RecoverableLedger ledger = createLedger();
        reserve(ledger, key(1));
        makeUnknown(ledger, key(2));
        ledger.delivered(settle(ledger, key(3)));
        assertThat(ledger.redeliver(ledger.find(key(1)).orElseThrow(), 2)).isEmpty();
        assertThat(ledger.redeliver(ledger.find(key(2)).orElseThrow(), 2)).isEmpty();
        assertThat(ledger.redeliver(ledger.find(key(3)).orElseThrow(), 2)).isEmpty();
        ledger.conclude(leased(ledger), new Conclusion.UsedElsewhere(OTHER_TRANSACTION));
        assertThat(ledger.redeliver(ledger.find(key(2)).orElseThrow(), 2)).isEmpty();
    }

    @Test
    void repeatWhenRunsAreSpentThenTakenAndNotCounted() throws Exception {
        PaymentLedger ledger = createLedger();
        ledger.undelivered(settle(ledger, key(1)), false);
        ledger.undelivered(ledger.redeliver(lostPayment(ledger, key(1)), 1).orElseThrow(), true);
        for (int i = 0; i < 3; i++) {
            StoredPayment found = lostPayment(ledger, key(1));
            Reservation repeated = ledger.repeat(found).orElseThrow();
            assertThat(ledger.repeat(found)).isEmpty();
            assertThat(ledger.redeliver(found, 9)).isEmpty();
            assertThat(ledger.find(key(1)).orElseThrow().delivery()).isEqualTo(Delivery.IN_FLIGHT);
            ledger.undelivered(repeated, false);
        }
        StoredPayment found = lostPayment(ledger, key(1));
        assertThat(found.runs()).isEqualTo(2);
        assertThat(found.bodyBegun()).isTrue();
        assertThat(ledger.redeliver(found, 1)).isEmpty();
        ledger.delivered(ledger.repeat(found).orElseThrow());
        assertThat(settled(awaited(ledger, key(1))).delivery()).isEqualTo(Delivery.DELIVERED);
        assertThat(ledger.repeat(ledger.find(key(1)).orElseThrow())).isEmpty();
    }

    @Test
    void repeatWhenNothingWasDeliveredThenItIsTheFirstDelivery() throws Exception {
        RecoverableLedger ledger = createLedger();
        makeUnknown(ledger, key(1));
        assertThat(ledger.repeat(ledger.find(key(1)).orElseThrow())).isEmpty();
        ledger.conclude(leased(ledger), new Conclusion.Settled(TRANSACTION));
        ledger.undelivered(ledger.repeat(ledger.find(key(1)).orElseThrow()).orElseThrow(), true);
        StoredPayment found = lostPayment(ledger, key(1));
        assertThat(found.runs()).isOne();
        assertThat(found.bodyBegun()).isTrue();
        assertThat(ledger.redeliver(found, 0)).isEmpty();
        assertThat(ledger.redeliver(found, 1)).isPresent();
    }

    @Test
    void undeliveredWhenTheBodyWasBegunThenStaysSoForEveryLaterRun() throws Exception {
        PaymentLedger ledger = createLedger();
        Reservation first = reserve(ledger, key(1));
        ledger.settling(first);
        ledger.settled(first, TRANSACTION, DIGEST);
        ledger.undelivered(first, true);
        StoredPayment broken = lostPayment(ledger, key(1));
        assertThat(broken.bodyBegun()).isTrue();
        ledger.undelivered(ledger.redeliver(broken, 2).orElseThrow(), false);
        StoredPayment again = lostPayment(ledger, key(1));
        assertThat(again.bodyBegun()).isTrue();
        assertThat(again.responseDigest()).isEqualTo(DIGEST);
        assertThat(again.transaction()).isEqualTo(TRANSACTION);
    }

    @Test
    void concludeWhenEndedWithoutAnOutcomeThenNotAcceptedAgain() throws Exception {
        for (Conclusion conclusion : List.of(new Conclusion.UsedElsewhere(OTHER_TRANSACTION),
                new Conclusion.UsedElsewhere(null), new Conclusion.Unresolved())) {
            RecoverableLedger ledger = createLedger();
            PaymentState state = (conclusion instanceof Conclusion.Unresolved) ? PaymentState.UNRESOLVED
                    : PaymentState.USED_ELSEWHERE;
            Reservation first = makeUnknown(ledger, key(1));
            UnknownPayment unknown = leased(ledger);
            assertThat(ledger.conclude(unknown, conclusion)).isTrue();
            assertThat(ledger.find(key(1))).map(StoredPayment::state).contains(state);
            assertThat(ledger.reserve(claim(key(1), REQUEST, VALID_BEFORE))).isEqualTo(new ReserveResult.Ended(state));
            assertThat(ledger.reserve(claim(key(1), OTHER_REQUEST, VALID_BEFORE))).isEqualTo(boundElsewhere(state));
            assertThat(ledger.conclude(unknown, new Conclusion.Settled(TRANSACTION))).isFalse();
            assertThat(ledger.conclude(unknown, new Conclusion.Unsettled())).isFalse();
            ledger.release(first);
            ledger.unknown(first, "");
            assertThat(ledger.settling(first)).isFalse();
            assertThat(ledger.find(key(1))).map(StoredPayment::state).contains(state);
            age(Duration.ofMinutes(2));
            assertThat(ledger.lease(Duration.ofMinutes(1), 10)).isEmpty();
        }
    }

    @Test
    void resolveWhenUnknownOrUnresolvedThenSettledAndDeliveredOnce() throws Exception {
        for (boolean unresolved : new boolean[] { false, true }) {
            RecoverableLedger ledger = createLedger();
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
        for (boolean unresolved : new boolean[] { false, true }) {
            RecoverableLedger ledger = createLedger();
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
        RecoverableLedger ledger = createLedger();
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
        RecoverableLedger ledger = createLedger();
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
        RecoverableLedger ledger = createLedger();
        makeUnknown(ledger, key(1));
        StoredPayment found = ledger.find(key(1)).orElseThrow();
        ledger.conclude(leased(ledger), new Conclusion.Unresolved());
        assertThat(ledger.resolve(found, new Conclusion.Unsettled())).isFalse();
        assertThat(ledger.find(key(1)).orElseThrow().state()).isEqualTo(PaymentState.UNRESOLVED);
    }

    @Test
    void resolveWhenManyDecideThenOneDoes() throws Exception {
        RecoverableLedger ledger = createLedger();
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
        RecoverableLedger ledger = createLedger();
        for (int i = 1; i <= PaymentLedger.MAX_UNKNOWN_PER_PAYER; i++) {
            makeUnknown(ledger, key(i));
        }
        ledger.resolve(ledger.find(key(1)).orElseThrow(), new Conclusion.Settled(TRANSACTION));
        makeUnknown(ledger, key(4));
        ledger.resolve(ledger.find(key(2)).orElseThrow(), new Conclusion.Unsettled());
        reserve(ledger, key(5));
    }

    @Test
    void concludeWhenUsedElsewhereThenTheTransactionIsKnownIfThereIsOne() throws Exception {
        RecoverableLedger ledger = createLedger();
        makeUnknown(ledger, key(1));
        ledger.conclude(leased(ledger), new Conclusion.UsedElsewhere(OTHER_TRANSACTION));
        Reservation pending = reserve(ledger, key(2));
        ledger.settling(pending);
        ledger.unknown(pending, TRANSACTION);
        ledger.conclude(leased(ledger), new Conclusion.Unresolved());
        assertThat(ledger.find(key(1)).orElseThrow().transaction()).isEqualTo(OTHER_TRANSACTION);
        assertThat(ledger.find(key(2)).orElseThrow().transaction()).isEqualTo(TRANSACTION);
    }

    @Test
    void concludeWhenManyConcludeThenOneDecides() throws Exception {
        RecoverableLedger ledger = createLedger();
        makeUnknown(ledger, key(1));
        UnknownPayment unknown = leased(ledger);
        List<Conclusion> conclusions = List.of(new Conclusion.Settled(TRANSACTION), new Conclusion.Unresolved(),
                new Conclusion.UsedElsewhere(OTHER_TRANSACTION), new Conclusion.Unsettled());
        List<Boolean> recorded = simultaneously(8,
                (number) -> ledger.conclude(unknown, conclusions.get(number % conclusions.size())));
        assertThat(recorded).filteredOn(Boolean::booleanValue).hasSize(1);
    }

    @Test
    void reserveWhenANamedPurchaseHasEndedThenNoOtherPaymentIsReserved() throws Exception {
        RecoverableLedger ledger = createLedger();
        Reservation first = reserved(ledger.reserve(named(key(1), "a", REQUEST)));
        ledger.settling(first);
        ledger.unknown(first, "");
        ledger.conclude(leased(ledger), new Conclusion.Unresolved());
        assertThat(ledger.reserve(named(key(2), "a", REQUEST)))
            .isEqualTo(new ReserveResult.Ended(PaymentState.UNRESOLVED));
        assertThat(ledger.reserve(named(key(2), "a", OTHER_REQUEST)))
            .isEqualTo(boundElsewhere(PaymentState.UNRESOLVED));
        assertThat(ledger.find(key(2))).isEmpty();
    }

    @Test
    void reserveWhenThePayerHasThreeUnknownPaymentsThenNoFourthUntilOneEnds() throws Exception {
        RecoverableLedger ledger = createLedger();
        for (int i = 1; i <= PaymentLedger.MAX_UNKNOWN_PER_PAYER; i++) {
            makeUnknown(ledger, key(i));
        }
        assertThat(ledger.reserve(claim(key(4), REQUEST, VALID_BEFORE))).isEqualTo(new ReserveResult.TooManyUnknown());
        assertThat(ledger.find(key(4))).isEmpty();
        reserve(ledger, keyOfPayer(4));
        age(Duration.ofMinutes(2));
        UnknownPayment first = ledger.lease(Duration.ofMinutes(1), 1).get(0);
        ledger.conclude(first, new Conclusion.Unresolved());
        makeUnknown(ledger, key(4));
        assertThat(ledger.reserve(claim(key(5), REQUEST, VALID_BEFORE))).isEqualTo(new ReserveResult.TooManyUnknown());
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
    void reserveWhenManyUnknownPaymentsEndAtOnceThenTheirPayerIsFree() throws Exception {
        RecoverableLedger ledger = createLedger();
        for (int i = 1; i <= PaymentLedger.MAX_UNKNOWN_PER_PAYER; i++) {
            makeUnknown(ledger, key(i));
        }
        age(Duration.ofMinutes(2));
        List<UnknownPayment> unknown = ledger.lease(Duration.ofMinutes(1), 10);
        simultaneously(6,
                (number) -> (number % 2 == 0) ? ledger.conclude(unknown.get(number / 2), new Conclusion.Unsettled())
                        : ledger.reserve(claim(unknown.get(number / 2).key(), REQUEST, VALID_BEFORE)));
        for (int i = 1; i <= PaymentLedger.MAX_UNKNOWN_PER_PAYER; i++) {
            assertThat(ledger.find(key(i))).map(StoredPayment::state).isNotEqualTo(Optional.of(PaymentState.UNKNOWN));
        }
        reserve(ledger, key(4));
    }

    /** Ledgers may read another clock than ours. */
    private void awaitTimeAfter(Instant time, PaymentLedger ledger) {
        this.clock.advance(Duration.ofMillis(5));
        Eventually.await("the ledger's clock goes on", () -> {
            Reservation probe = reserve(ledger, key(99));
            Instant reservedAt = ledger.find(key(99)).orElseThrow().reservedAt();
            ledger.release(probe);
            return reservedAt.isAfter(time);
        });
    }

    private static StoredPayment lostPayment(PaymentLedger ledger, PaymentKey key) throws Exception {
        StoredPayment payment = settled(awaited(ledger, key));
        assertThat(payment.delivery()).isEqualTo(Delivery.LOST);
        return payment;
    }

    /** Ledgers may hear behind the caller's back what became of a delivery. */
    private static ReserveResult awaited(PaymentLedger ledger, PaymentKey key) throws Exception {
        PaymentClaim claim = claim(key, REQUEST, VALID_BEFORE);
        Eventually.await("the delivery ends", () -> settled(ledger.reserve(claim)).delivery() != Delivery.IN_FLIGHT);
        return ledger.reserve(claim);
    }

}
