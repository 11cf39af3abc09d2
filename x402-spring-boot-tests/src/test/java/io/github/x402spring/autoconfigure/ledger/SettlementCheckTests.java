package io.github.x402spring.autoconfigure.ledger;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.x402spring.MutableClock;
import io.github.x402spring.facilitator.FacilitatorException;
import io.github.x402spring.facilitator.SettlementInquiry;
import io.github.x402spring.ledger.FakeLedger;
import io.github.x402spring.ledger.FakeLedger.Operation;
import io.github.x402spring.ledger.LedgerException;
import io.github.x402spring.ledger.PaymentClaim;
import io.github.x402spring.ledger.PaymentKey;
import io.github.x402spring.ledger.PaymentLedger;
import io.github.x402spring.ledger.RequestFingerprint;
import io.github.x402spring.ledger.Reservation;
import io.github.x402spring.ledger.ReserveResult;
import io.github.x402spring.ledger.UnknownPayment;
import io.github.x402spring.ledger.memory.InMemoryLedgers;
import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.Rail;
import io.github.x402spring.protocol.TokenAmount;
import io.github.x402spring.reconcile.Reconciler;

import static org.assertj.core.api.Assertions.assertThat;

class SettlementCheckTests {

    private static final String NAMED = "0x" + "ab".repeat(32);

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private static final String PAYER = "0x" + "f3".repeat(20);

    private static final PaymentRequirements TERMS = new PaymentRequirements("exact", Network.parse("base-sepolia"),
            TokenAmount.of(10_000), "0x" + "aA".repeat(20), "0x" + "bB".repeat(20), 300,
            Map.of("name", "USDC", "version", "2"));

    private static final Duration VALIDITY = Duration.ofMinutes(5);

    private final MutableClock clock = new MutableClock(NOW);

    private final PaymentLedger entries = new InMemoryLedgers(this.clock, 20_000).payments();

    private final FakeLedger ledger = new FakeLedger(this.entries);

    private final ScriptedChain chain = new ScriptedChain();

    private final List<String> mismatched = new ArrayList<>();

    private final SettlementCheck check = new SettlementCheck(this.ledger, this.chain, this.clock,
            (key, transaction) -> this.mismatched.add(key.nonce() + " " + transaction));

    @ParameterizedTest
    @MethodSource
    void lookWhenTheChainSaysThisOneAfterAnotherThenThat(String looks, String outcome) throws Exception {
        settle(1);
        for (String look : looks.split(" ")) {
            this.chain.say(look);
            this.clock.advance(SettlementCheck.LONGEST_DELAY);
            this.check.look();
        }
        assertThat(outcome()).isEqualTo(outcome);
    }

    static Stream<Arguments> lookWhenTheChainSaysThisOneAfterAnotherThenThat() {
        return Stream.of(Arguments.of("paid", "over"), Arguments.of("unreadable", "over"),
                Arguments.of("undecided", "open"), Arguments.of("unpaid", "open"),
                Arguments.of("unpaid unpaid", "open"), Arguments.of("unpaid unpaid unpaid", "mismatch"),
                Arguments.of("unpaid unpaid paid", "over"),
                Arguments.of("unpaid unpaid undecided unpaid unpaid", "open"),
                Arguments.of("undecided unpaid unpaid unpaid", "mismatch"),
                Arguments.of("silent silent silent", "open"), Arguments.of("broken broken broken", "open"),
                Arguments.of("unpaid silent unpaid unpaid", "open"),
                Arguments.of("unpaid silent unpaid unpaid unpaid", "mismatch"));
    }

    @Test
    void lookWhenItIsAMismatchThenTheOperatorIsNotifiedOnceAndItIsNotLookedAtAgain() throws Exception {
        Reservation reservation = settle(1);
        this.chain.say("unpaid");
        lookFor(Duration.ofMinutes(10));
        assertThat(this.mismatched).containsExactly(reservation.key().nonce() + " " + NAMED);
        assertThat(mismatches(this.check)).isEqualTo(1);
        assertThat(this.check.unchecked()).isZero();
        assertThat(this.chain.asked).hasSize(SettlementCheck.PATIENCE);
    }

    @Test
    void lookWhenAskedThenWithTheReservationsTermsAndTheNamedTransaction() throws Exception {
        Reservation reservation = settle(1);
        this.clock.advance(SettlementCheck.FIRST_DELAY);
        this.check.look();
        assertThat(this.chain.asked).singleElement().satisfies((payment) -> {
            assertThat(payment.key()).isEqualTo(reservation.key());
            assertThat(payment.transaction()).isEqualTo(NAMED);
            assertThat(payment.reservedAt()).isEqualTo(NOW);
            assertThat(payment.validBefore()).isEqualTo(NOW.plus(VALIDITY));
            assertThat(payment.amount()).isEqualTo(TERMS.amount().value());
            assertThat(payment.payTo()).isEqualToIgnoringCase(TERMS.payTo());
        });
    }

    @Test
    void lookWhenNotDueThenTheChainIsLeftAlone() throws Exception {
        settle(1);
        this.chain.say("undecided");
        this.check.look();
        this.clock.advance(SettlementCheck.FIRST_DELAY.minusMillis(1));
        this.check.look();
        assertThat(this.chain.asked).isEmpty();
        lookFor(Duration.ofSeconds(4));
        assertThat(this.chain.asked).hasSize(1);
        lookFor(Duration.ofMinutes(5));
        assertThat(this.chain.asked).hasSizeLessThan(10);
    }

    @Test
    void lookWhenUndecidedForLongThenGivenUpAndNoMismatch() throws Exception {
        settle(1);
        this.chain.say("undecided");
        lookFor(VALIDITY.plus(Reconciler.GRACE).minusSeconds(120));
        assertThat(outcome()).isEqualTo("open");
        lookFor(Duration.ofMinutes(4));
        assertThat(outcome()).isEqualTo("unchecked");
    }

    @ParameterizedTest
    @ValueSource(strings = { "silent", "broken" })
    void lookWhenNoNodeRepliesForHoursThenLookedAtWhenOneDoes(String trouble) throws Exception {
        settle(1);
        this.chain.say(trouble);
        lookFor(Duration.ofHours(11));
        assertThat(outcome()).isEqualTo("open");
        this.chain.say("unpaid");
        lookFor(Duration.ofMinutes(5));
        assertThat(outcome()).isEqualTo("mismatch");
    }

    @ParameterizedTest
    @EnumSource(Ending.class)
    void lookWhenThePaymentEndedOtherwiseThenNothingIsSaidOfIt(Ending ending) throws Exception {
        Reservation reservation = reserve(1);
        switch (ending) {
            case RELEASED -> this.entries.release(reservation);
            case UNKNOWN -> {
                this.entries.settling(reservation);
                this.entries.unknown(reservation, NAMED);
            }
            case RESERVED -> {
            }
        }
        this.check.settled(reservation.key(), NAMED);
        this.chain.say("unpaid");
        lookFor(Duration.ofMinutes(5));
        assertThat(this.chain.asked).isEmpty();
        assertThat(outcome()).isEqualTo("over");
    }

    @Test
    void lookWhenTheSettlementIsNotRecordedYetThenLookedAtAllTheSame() throws Exception {
        Reservation reservation = reserve(1);
        this.entries.settling(reservation);
        this.check.settled(reservation.key(), NAMED);
        this.chain.say("unpaid");
        lookFor(Duration.ofMinutes(5));
        assertThat(outcome()).isEqualTo("mismatch");
    }

    @Test
    void lookWhenTheLedgerIsDownThenLookedAtWhenItIsBack() throws Exception {
        settle(1);
        this.chain.say("unpaid");
        for (Exception failure : List.of(new LedgerException("down", null), new IllegalStateException("down"))) {
            this.ledger.failOn(Operation.FIND, failure);
            lookFor(Duration.ofMinutes(5));
            assertThat(this.chain.asked).isEmpty();
        }
        this.ledger.recover();
        lookFor(Duration.ofMinutes(5));
        assertThat(outcome()).isEqualTo("mismatch");
    }

    @Test
    void settledWhenThereAreTooManyThenCountedAndTheFirstAreKept() throws Exception {
        PaymentKey key = settle(1).key();
        for (int i = 1; i < SettlementCheck.MAX_CHECKED; i++) {
            this.check.settled(key, NAMED);
        }
        assertThat(this.check.unchecked()).isZero();
        this.check.settled(key, NAMED);
        this.check.settled(key, NAMED);
        assertThat(this.check.unchecked()).isEqualTo(2);
        this.chain.say("paid");
        lookFor(SettlementCheck.FIRST_DELAY);
        assertThat(this.chain.asked).hasSize(SettlementCheck.MAX_CHECKED);
    }

    @Test
    void lookWhenAListenerFailsThenTheOthersAreCheckedAllTheSame() throws Exception {
        SettlementCheck failing = new SettlementCheck(this.ledger, this.chain, this.clock, (key, transaction) -> {
            throw new IllegalStateException("bug");
        });
        failing.settled(settle(1).key(), NAMED);
        failing.settled(settle(2).key(), NAMED);
        this.chain.say("unpaid");
        for (int i = 0; i < SettlementCheck.PATIENCE; i++) {
            this.clock.advance(SettlementCheck.LONGEST_DELAY);
            failing.look();
        }
        assertThat(mismatches(failing)).isEqualTo(2);
    }

    private void lookFor(Duration time) {
        Instant end = this.clock.instant().plus(time);
        do {
            this.clock.advance(Duration.ofSeconds(5));
            this.check.look();
        }
        while (this.clock.instant().isBefore(end));
    }

    private String outcome() {
        if (!this.mismatched.isEmpty()) {
            return "mismatch";
        }
        if (this.check.unchecked() > 0) {
            return "unchecked";
        }
        int asked = this.chain.asked.size();
        this.clock.advance(SettlementCheck.LONGEST_DELAY);
        this.check.look();
        return (this.chain.asked.size() > asked) ? "open" : "over";
    }

    private Reservation settle(int number) throws Exception {
        Reservation reservation = reserve(number);
        this.entries.settling(reservation);
        this.entries.settled(reservation, NAMED, null);
        this.check.settled(reservation.key(), NAMED);
        return reservation;
    }

    private Reservation reserve(int number) {
        PaymentKey key = new PaymentKey(TERMS.network(), TERMS.asset(), PAYER,
                "0x" + String.format(Locale.ROOT, "%064x", number));
        PaymentClaim claim = new PaymentClaim(key, Rail.X402,
                RequestFingerprint.of("report", "GET", "/report", "", new byte[0]), NOW.plus(VALIDITY), "report",
                "https://api.example.test/report", TERMS, null, null, null);
        return ((ReserveResult.Reserved) this.entries.reserve(claim)).reservation();
    }

    private enum Ending {

        RESERVED, RELEASED, UNKNOWN

    }

    private static final class ScriptedChain implements SettlementInquiry {

        private static final Map<String, Confirmation> SAYINGS = Map.of("paid", Confirmation.PAID, "unpaid",
                Confirmation.UNPAID, "undecided", Confirmation.UNDECIDED, "unreadable", Confirmation.UNREADABLE);

        private final List<UnknownPayment> asked = new ArrayList<>();

        private String saying = "undecided";

        void say(String saying) {
            this.saying = saying;
        }

        @Override
        public Finding inquire(UnknownPayment payment) {
            throw new AssertionError();
        }

        @Override
        public Confirmation confirm(UnknownPayment payment) throws FacilitatorException {
            this.asked.add(payment);
            return switch (this.saying) {
                case "silent" -> throw new FacilitatorException("no reply", null);
                case "broken" -> throw new IllegalStateException("bug");
                default -> SAYINGS.get(this.saying);
            };
        }

    }

    private static long mismatches(SettlementCheck check) {
        return check.concerns().get("mismatchedSettlements");
    }

}
