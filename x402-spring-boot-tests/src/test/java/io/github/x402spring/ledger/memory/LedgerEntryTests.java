package io.github.x402spring.ledger.memory;

import java.math.BigInteger;
import java.time.Instant;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

import io.github.x402spring.ledger.PaymentClaim;
import io.github.x402spring.ledger.PaymentKey;
import io.github.x402spring.ledger.PaymentState;
import io.github.x402spring.ledger.Reservation;
import io.github.x402spring.ledger.StoredPayment;
import io.github.x402spring.ledger.StoredPayment.Delivery;
import io.github.x402spring.ledger.StoredTerms;
import io.github.x402spring.ledger.TestClaims;
import io.github.x402spring.ledger.UnknownPayment;
import io.github.x402spring.ledger.memory.LedgerEntry.Terms;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.Rail;
import io.github.x402spring.protocol.TokenAmount;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class LedgerEntryTests {

    private static final PaymentKey KEY = TestClaims.key(1);

    private static final Instant VALID_BEFORE = TestClaims.VALID_BEFORE;

    private static final Instant NOW = TestClaims.NOW;

    private static final PaymentClaim CLAIM = TestClaims.claim(KEY, TestClaims.REQUEST, VALID_BEFORE);

    private static final Reservation MINE = new Reservation(KEY, "7", false);

    private static final Reservation OTHER = new Reservation(KEY, "8", false);

    private final LedgerEntry reserved = LedgerEntry.reserved(CLAIM, Digest.of(CLAIM.fingerprint().value()),
            Terms.of(CLAIM), 7, NOW);

    @ParameterizedTest
    @CsvSource({ "SETTLED, 600", "UNKNOWN, 86400", "RESERVED, 86400", "SETTLING, 86400", "UNRESOLVED, 86400",
            "USED_ELSEWHERE, 86400" })
    void forgettableWhenItsAuthorizationHasLongExpiredThenNotASecondTooEarly(PaymentState state, long seconds) {
        LedgerEntry entry = in(state);
        assertThat(entry.forgettable(VALID_BEFORE)).isFalse();
        assertThat(entry.forgettable(VALID_BEFORE.plusSeconds(seconds))).isFalse();
        assertThat(entry.forgettable(VALID_BEFORE.plusSeconds(seconds + 1))).isTrue();
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "RELEASED")
    void openWhenTheReservationIsGoodThenUntilItIsEnded(PaymentState state) {
        LedgerEntry entry = in(state);
        assertThat(entry.open(MINE)).isEqualTo(state == PaymentState.RESERVED || state == PaymentState.SETTLING);
        assertThat(entry.open(OTHER)).isFalse();
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "RELEASED")
    void settleableWhenTheReservationIsGoodThenAlsoIfOthersTookItForAbandoned(PaymentState state) {
        LedgerEntry entry = in(state);
        assertThat(entry.settleable(MINE)).isEqualTo(entry.open(MINE) || state == PaymentState.UNKNOWN);
        assertThat(entry.settleable(OTHER)).isFalse();
    }

    @ParameterizedTest
    @EnumSource
    void deliveringWhenSettledThenWhileTheAnswerIsUnderWay(Delivery delivery) {
        LedgerEntry settled = settled(delivery);
        assertThat(settled.delivering(MINE)).isEqualTo(delivery == Delivery.IN_FLIGHT);
        assertThat(settled.delivering(OTHER)).isFalse();
        assertThat(this.reserved.redeliver(7, 1).delivering(MINE)).isFalse();
    }

    @ParameterizedTest
    @EnumSource
    void deliverableWhenSettledThenUnlessItWasDeliveredOrIsInFlight(Delivery delivery) {
        LedgerEntry settled = settled(delivery);
        StoredPayment found = settled.payment(KEY);
        assertThat(found.delivery()).isEqualTo(delivery);
        assertThat(settled.deliverable(found, 2))
            .isEqualTo(delivery == Delivery.NOT_BEGUN || delivery == Delivery.LOST);
        assertThat(settled.redeliver(8, 1).lost(false).deliverable(found, 2)).isFalse();
    }

    @Test
    void deliverableWhenEveryRunIsOverThenNoMore() {
        LedgerEntry entry = this.reserved.settled("0xab", null, NOW).lost(false);
        assertThat(entry.deliverable(entry.payment(KEY), 0)).isFalse();
        assertThat(entry.deliverable(entry.payment(KEY), 1)).isTrue();
        LedgerEntry again = entry.redeliver(8, 1).lost(false);
        assertThat(again.deliverable(again.payment(KEY), 1)).isFalse();
        assertThat(again.deliverable(again.payment(KEY), 2)).isTrue();
    }

    @Test
    void lostWhenTheBodyWasBegunOnceThenStaysSo() {
        LedgerEntry entry = this.reserved.settled("0xab", null, NOW);
        assertThat(entry.lost(false).payment(KEY).bodyBegun()).isFalse();
        assertThat(entry.lost(true).redeliver(8, 1).lost(false).payment(KEY).bodyBegun()).isTrue();
    }

    @Test
    void dueWhenUnknownThenWhenTheLeaseIsOver() {
        LedgerEntry unknown = this.reserved.unknown("");
        assertThat(unknown.due(Instant.EPOCH)).isTrue();
        LedgerEntry leased = unknown.leasedUntil(VALID_BEFORE);
        assertThat(leased.due(VALID_BEFORE.minusNanos(1))).isFalse();
        assertThat(leased.due(VALID_BEFORE)).isTrue();
        assertThat(leased.concluded("0xab", NOW).due(VALID_BEFORE)).isFalse();
        assertThat(leased.ended(PaymentState.UNRESOLVED, null).due(VALID_BEFORE)).isFalse();
        assertThat(this.reserved.due(VALID_BEFORE)).isFalse();
    }

    @Test
    void unknownWhenNoTransactionIsNamedThenTheOneThatIsKnownStays() {
        assertThat(this.reserved.unknown("0xab").unknown("").transaction()).isEqualTo("0xab");
        assertThat(this.reserved.unknown("0xab").unknown("0xcd").transaction()).isEqualTo("0xcd");
    }

    @Test
    void resumeWhenUnknownThenIsInNewHandsAndKeepsWhatIsKnown() {
        LedgerEntry resumed = this.reserved.unknown("0xab").resume(8);
        assertThat(resumed.reservation(KEY)).isEqualTo(new Reservation(KEY, "8", true));
        assertThat(resumed.transaction()).isEqualTo("0xab");
        assertThat(resumed.open(OTHER)).isTrue();
        assertThat(resumed.open(MINE)).isFalse();
        assertThat(resumed.due(NOW.plusSeconds(1_000_000))).isFalse();
        assertThat(resumed.payment(KEY).reservedAt()).isEqualTo(NOW);
    }

    @Test
    void unknownPaymentWhenAskedThenHasWhatItTakesToFindOut() {
        assertThat(this.reserved.unknown("").payment(KEY).unknown()).isEqualTo(
                new UnknownPayment(KEY, Rail.X402, "7", StoredTerms.of(CLAIM.requirements()), VALID_BEFORE, NOW, null));
        assertThat(this.reserved.unknown("0xab").payment(KEY).unknown().transaction()).isEqualTo("0xab");
    }

    @ParameterizedTest
    @CsvSource({ "exact, 10, true", "upto, 10, false", "exact, 11, false" })
    void termsWhenOneDiffersThenAreOfNoSuchClaim(String scheme, BigInteger amount, boolean same) {
        assertThat(terms(Rail.X402, scheme, amount, CLAIM.payTo()).areOf(CLAIM)).isEqualTo(same);
        assertThat(terms(Rail.X402, scheme, amount, "0x00").areOf(CLAIM)).isFalse();
        assertThat(terms(Rail.MPP, scheme, amount, CLAIM.payTo()).areOf(CLAIM)).isFalse();
    }

    private static Terms terms(Rail rail, String scheme, BigInteger amount, String payTo) {
        PaymentRequirements requirements = CLAIM.requirements();
        return new Terms(rail,
                StoredTerms.of(new PaymentRequirements(scheme, requirements.network(), new TokenAmount(amount),
                        requirements.asset(), payTo, requirements.maxTimeoutSeconds(), requirements.extra())));
    }

    private LedgerEntry in(PaymentState state) {
        return switch (state) {
            case RESERVED -> this.reserved;
            case SETTLING -> this.reserved.settling();
            case SETTLED -> this.reserved.settled("0xab", null, NOW);
            case UNKNOWN -> this.reserved.unknown("");
            case UNRESOLVED, USED_ELSEWHERE -> this.reserved.unknown("").ended(state, null);
            case RELEASED -> throw new IllegalArgumentException("A released payment has no entry");
        };
    }

    private LedgerEntry settled(Delivery delivery) {
        LedgerEntry settled = this.reserved.settled("0xab", null, NOW);
        return switch (delivery) {
            case NOT_BEGUN -> this.reserved.concluded("0xab", NOW);
            case IN_FLIGHT -> settled;
            case LOST -> settled.lost(false);
            case DELIVERED -> settled.delivered();
        };
    }

}
