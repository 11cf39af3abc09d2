package io.github.x402spring.reconcile;

import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.x402spring.MutableClock;
import io.github.x402spring.facilitator.FacilitatorException;
import io.github.x402spring.facilitator.SettlementInquiry;
import io.github.x402spring.facilitator.SettlementInquiry.Finding;
import io.github.x402spring.facilitator.SettlementInquiry.Standing;
import io.github.x402spring.ledger.Conclusion;
import io.github.x402spring.ledger.PaymentClaim;
import io.github.x402spring.ledger.PaymentKey;
import io.github.x402spring.ledger.PaymentLedger;
import io.github.x402spring.ledger.PaymentState;
import io.github.x402spring.ledger.RequestFingerprint;
import io.github.x402spring.ledger.Reservation;
import io.github.x402spring.ledger.ReserveResult;
import io.github.x402spring.ledger.StoredPayment;
import io.github.x402spring.ledger.TestClaims;
import io.github.x402spring.ledger.UnknownPayment;
import io.github.x402spring.ledger.memory.InMemoryLedgers;
import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.Rail;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class PaymentResolutionTests {

    private static final String TRANSACTION = "0x" + "ab".repeat(32);

    private static final PaymentKey KEY = new PaymentKey(Network.parse("base-sepolia"), "0xa", "0xb", "0x01");

    private final MutableClock clock = new MutableClock(Instant.parse("2026-01-01T00:00:00Z"));

    private final PaymentLedger ledger = new InMemoryLedgers(this.clock, 100).payments();

    private final List<UnknownPaymentEnded> ended = new ArrayList<>();

    private final PaymentResolution resolution = resolution(null);

    @ParameterizedTest
    @ValueSource(booleans = { true, false })
    void settledWhenTheOutcomeIsUnknownThenSettledWithTheTransaction(boolean unresolved) throws Exception {
        unknown(unresolved);
        assertThat(this.resolution.settled(KEY, "0x" + TRANSACTION.substring(2).toUpperCase(Locale.ROOT))).isNull();
        StoredPayment settled = this.ledger.find(KEY).orElseThrow();
        assertThat(settled.state()).isEqualTo(PaymentState.SETTLED);
        assertThat(settled.transaction()).isEqualTo(TRANSACTION);
        assertThat(this.ended).extracting(UnknownPaymentEnded::state).containsExactly(PaymentState.SETTLED);
    }

    @ParameterizedTest
    @ValueSource(strings = { "", " ", "0x", "0x1", "settled", "0x'; DROP TABLE payment" })
    void settledWhenTheTransactionIsNoneThenRefused(String transaction) throws Exception {
        unknown(false);
        assertThat(this.resolution.settled(KEY, transaction)).contains("no hash").doesNotContain("DROP");
        assertThat(state()).isEqualTo(PaymentState.UNKNOWN);
    }

    @ParameterizedTest
    @CsvSource({ "0, true, true", "299, true, true", "300, true, true", "300, false, true", "301, true, false",
            "301, false, false" })
    void notSettledWhenTheAuthorizationIsValidThenRefused(long seconds, boolean unresolved, boolean refused)
            throws Exception {
        unknown(unresolved);
        this.clock.advance(Duration.ofSeconds(seconds));
        String obstacle = this.resolution.notSettled(KEY);
        if (refused) {
            assertThat(obstacle).contains("is valid until 2026-01-01T00:05:00Z");
            assertThat(state()).isEqualTo(unresolved ? PaymentState.UNRESOLVED : PaymentState.UNKNOWN);
            assertThat(this.ended).isEmpty();
        }
        else {
            assertThat(obstacle).isNull();
            assertThat(this.ledger.find(KEY)).isEmpty();
            assertThat(this.ended).extracting(UnknownPaymentEnded::state).containsExactly(PaymentState.RELEASED);
        }
    }

    @Test
    void resolveWhenThePaymentIsNotOpenThenRefused() throws Exception {
        assertThat(this.resolution.settled(KEY, TRANSACTION)).contains("no such payment");
        reserve();
        this.clock.advance(Duration.ofHours(1));
        assertThat(this.resolution.settled(KEY, TRANSACTION)).contains("no such payment");
        assertThat(this.resolution.notSettled(KEY)).contains("no such payment");
        assertThat(state()).isEqualTo(PaymentState.RESERVED);
    }

    @Test
    void resolveWhenTheChainSaysOtherwiseThenRefused() throws Exception {
        unknown(true);
        this.clock.advance(Duration.ofHours(1));
        for (Finding finding : List.of(new Finding.Failed(), new Finding.UsedElsewhere(TRANSACTION))) {
            assertThat(resolution((payment) -> finding).settled(KEY, TRANSACTION)).startsWith("The chain says");
        }
        for (Finding finding : List.of(new Finding.Settled(TRANSACTION), new Finding.UsedElsewhere(TRANSACTION),
                new Finding.Doubtful(TRANSACTION))) {
            assertThat(resolution((payment) -> finding).notSettled(KEY)).startsWith("The chain says");
        }
        assertThat(state()).isEqualTo(PaymentState.UNRESOLVED);
        assertThat(this.ended).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({ "USED, true", "UNUSED, true", "LAPSED, false", "UNREADABLE, false" })
    void notSettledWhenNoTransferIsFoundThenTheStateOfTheAuthorizationDecides(Standing standing, boolean refused)
            throws Exception {
        unknown(true);
        this.clock.advance(Duration.ofHours(1));
        String obstacle = resolution(new SettlementInquiry() {

            @Override
            public Finding inquire(UnknownPayment payment) {
                return new Finding.Undecided();
            }

            @Override
            public Standing standing(UnknownPayment payment) {
                return standing;
            }

        }).notSettled(KEY);
        if (refused) {
            assertThat(obstacle).startsWith("The chain says");
            assertThat(state()).isEqualTo(PaymentState.UNRESOLVED);
        }
        else {
            assertThat(obstacle).isNull();
            assertThat(this.ledger.find(KEY)).isEmpty();
        }
    }

    @Test
    void settledWhenTheChainIsAskedThenForTheTransactionThatTheOperatorNames() throws Exception {
        unknown(false);
        List<UnknownPayment> asked = new ArrayList<>();
        resolution((payment) -> {
            asked.add(payment);
            return new Finding.Undecided();
        }).settled(KEY, TRANSACTION);
        assertThat(asked).extracting(UnknownPayment::transaction).containsExactly(TRANSACTION);
        assertThat(state()).isEqualTo(PaymentState.SETTLED);
    }

    @Test
    void resolveWhenTheChainDoesNotReplyThenTheOperatorDecides() throws Exception {
        unknown(false);
        this.clock.advance(Duration.ofHours(1));
        assertThat(resolution((payment) -> {
            throw new FacilitatorException("no reply", null);
        }).notSettled(KEY)).isNull();
        unknown(false);
        assertThat(resolution((payment) -> {
            throw new IllegalStateException("broken");
        }).settled(KEY, TRANSACTION)).isNull();
    }

    @Test
    void settledWhenAListenerFailsThenThePaymentHasEndedAllTheSame() throws Exception {
        unknown(false);
        PaymentResolution failing = new PaymentResolution(this.ledger, null, this.clock, List.of((payment, end) -> {
            throw new IllegalStateException("broken");
        }));
        assertThat(failing.settled(KEY, TRANSACTION)).isNull();
        assertThat(state()).isEqualTo(PaymentState.SETTLED);
    }

    private PaymentState state() {
        return this.ledger.find(KEY).orElseThrow().state();
    }

    private PaymentResolution resolution(@Nullable SettlementInquiry inquiry) {
        return new PaymentResolution(this.ledger, inquiry, this.clock,
                List.of((payment, conclusion) -> this.ended.add(UnknownPaymentEnded.of(payment, conclusion))));
    }

    private Reservation reserve() {
        PaymentClaim claim = new PaymentClaim(KEY, Rail.X402,
                RequestFingerprint.of("report", "GET", "https://a.test", "", new byte[0]),
                this.clock.instant().plusSeconds(300), "report", "https://a.test",
                TestClaims.requirements(KEY, BigInteger.ONE, "0xc"), null, null, null);
        return ((ReserveResult.Reserved) this.ledger.reserve(claim)).reservation();
    }

    private void unknown(boolean unresolved) {
        Reservation reservation = reserve();
        this.ledger.settling(reservation);
        this.ledger.unknown(reservation, "");
        if (unresolved) {
            this.ledger.conclude(this.ledger.lease(Duration.ZERO, 1).get(0), new Conclusion.Unresolved());
        }
    }

}
