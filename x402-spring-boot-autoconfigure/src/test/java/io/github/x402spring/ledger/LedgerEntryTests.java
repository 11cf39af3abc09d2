package io.github.x402spring.ledger;

import java.math.BigInteger;
import java.time.Instant;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import io.github.x402spring.ledger.LedgerEntry.Delivery;
import io.github.x402spring.ledger.LedgerEntry.Terms;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class LedgerEntryTests {

    private static final PaymentKey KEY = PaymentLedgerContractTests.key(1);

    private static final Instant VALID_BEFORE = PaymentLedgerContractTests.VALID_BEFORE;

    private static final Terms TERMS = new Terms("exact", BigInteger.TEN, "0xdd");

    private static final Reservation MINE = new Reservation(KEY, "7", false);

    private static final Reservation OTHER = new Reservation(KEY, "8", false);

    private final LedgerEntry reserved = LedgerEntry.reserved(
            PaymentLedgerContractTests.claim(KEY, PaymentLedgerContractTests.REQUEST, VALID_BEFORE),
            Digest.of("0".repeat(64)), TERMS, 7);

    @ParameterizedTest
    @CsvSource({ "SETTLED, 600", "UNKNOWN, 86400", "RESERVED, 86400", "SETTLING, 86400" })
    void forgettableWhenItsAuthorizationHasLongExpiredThenNotASecondTooEarly(PaymentState state, long seconds) {
        LedgerEntry entry = this.reserved.with(state);
        assertThat(entry.forgettable(VALID_BEFORE)).isFalse();
        assertThat(entry.forgettable(VALID_BEFORE.plusSeconds(seconds))).isFalse();
        assertThat(entry.forgettable(VALID_BEFORE.plusSeconds(seconds + 1))).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void openWhenTheReservationIsGoodThenUntilItIsEnded(PaymentState state) {
        LedgerEntry entry = this.reserved.with(state);
        assertThat(entry.open(MINE)).isEqualTo(state == PaymentState.RESERVED || state == PaymentState.SETTLING);
        assertThat(entry.open(OTHER)).isFalse();
    }

    @ParameterizedTest
    @EnumSource
    void deliveringWhenSettledThenWhileTheAnswerIsUnderWay(Delivery delivery) {
        LedgerEntry settled = this.reserved.settledBy("0xab", delivery);
        assertThat(settled.delivering(MINE)).isEqualTo(delivery == Delivery.UNDER_WAY);
        assertThat(settled.delivering(OTHER)).isFalse();
        assertThat(this.reserved.with(delivery).delivering(MINE)).isFalse();
    }

    @Test
    void dueWhenUnknownThenWhenTheLeaseIsOver() {
        LedgerEntry unknown = this.reserved.unknown("");
        assertThat(unknown.due(Instant.EPOCH)).isTrue();
        LedgerEntry leased = unknown.leasedUntil(VALID_BEFORE);
        assertThat(leased.due(VALID_BEFORE.minusNanos(1))).isFalse();
        assertThat(leased.due(VALID_BEFORE)).isTrue();
        assertThat(leased.with(PaymentState.SETTLED).due(VALID_BEFORE)).isFalse();
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
        assertThat(resumed.due(Instant.MAX)).isFalse();
    }

    @Test
    void unknownPaymentWhenAskedThenHasWhatItTakesToFindOut() {
        assertThat(this.reserved.unknown("").unknownPayment(KEY))
            .isEqualTo(new UnknownPayment(KEY, "7", "exact", BigInteger.TEN, "0xdd", VALID_BEFORE, null));
        assertThat(this.reserved.unknown("0xab").unknownPayment(KEY).transaction()).isEqualTo("0xab");
    }

    @ParameterizedTest
    @CsvSource({ "exact, 10, true", "upto, 10, false", "exact, 11, false" })
    void termsWhenOneDiffersThenAreOfNoSuchClaim(String scheme, BigInteger amount, boolean same) {
        PaymentClaim claim = PaymentLedgerContractTests.claim(KEY, PaymentLedgerContractTests.REQUEST, VALID_BEFORE);
        assertThat(new Terms(scheme, amount, claim.payTo()).areOf(claim)).isEqualTo(same);
        assertThat(new Terms(scheme, amount, "0x00").areOf(claim)).isFalse();
    }

}
