package io.github.x402spring.autoconfigure.ledger;

import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;

import io.github.x402spring.MutableClock;
import io.github.x402spring.facilitator.SettlementInquiry;
import io.github.x402spring.facilitator.SettlementInquiry.Finding;
import io.github.x402spring.ledger.Conclusion;
import io.github.x402spring.ledger.LedgerException;
import io.github.x402spring.ledger.PaymentKey;
import io.github.x402spring.ledger.PaymentLedger;
import io.github.x402spring.ledger.TestClaims;
import io.github.x402spring.ledger.UnknownPayment;
import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.Rail;
import io.github.x402spring.reconcile.Reconciler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.BDDMockito.given;
import static org.mockito.BDDMockito.then;
import static org.mockito.Mockito.mock;

class LedgerChoreTests {

    private static final Duration AFTER = Duration.ofMinutes(2);

    private static final UnknownPayment UNKNOWN = new UnknownPayment(
            new PaymentKey(Network.parse("base"), "0xa", "0xb", "0xc"), Rail.X402, "token",
            TestClaims.terms("exact", BigInteger.TEN, "0xd"), Instant.parse("2026-01-01T00:00:00Z"),
            Instant.parse("2025-12-31T23:59:00Z"), null);

    private final MutableClock clock = new MutableClock(UNKNOWN.validBefore());

    private final PaymentLedger ledger = mock(PaymentLedger.class);

    private final ListAppender<ILoggingEvent> log = new ListAppender<>();

    @BeforeEach
    void listen() {
        this.log.start();
        logger().addAppender(this.log);
    }

    @AfterEach
    void leave() {
        logger().detachAppender(this.log);
    }

    private static Logger logger() {
        return (Logger) LoggerFactory.getLogger(LedgerChore.class);
    }

    @ParameterizedTest
    @CsvSource({ "PT20S,PT10S", "PT59S,PT29.5S", "PT1M,PT30S", "PT2M,PT30S", "P1D,PT30S" })
    void intervalWhenAPaymentIsLeftThenItIsTakenUpSoonAfter(Duration after, Duration interval) {
        assertThat(LedgerChore.recovering(this.ledger, after).interval()).isEqualTo(interval);
        assertThat(reconciling(after, new Finding.Undecided()).interval()).isEqualTo(interval);
    }

    @Test
    void nameWhenNothingCanBeAskedThenTellsThatPaymentsExpireOnly() {
        assertThat(reconciling(AFTER, new Finding.Undecided()).name()).isEqualTo("reconcile");
        assertThat(reconciling(AFTER, (SettlementInquiry) null).name()).isEqualTo("end expired payments");
    }

    @Test
    void recoverWhenPaymentsWereLeftThenWarns() {
        given(this.ledger.recover(AFTER)).willReturn(3);
        LedgerChore.recovering(this.ledger, AFTER).work().run();
        assertThat(this.log.list).singleElement().satisfies((event) -> {
            assertThat(event.getLevel()).isEqualTo(Level.WARN);
            assertThat(event.getFormattedMessage()).startsWith("3 payments were left");
        });
    }

    @Test
    void recoverWhenNoneWasLeftThenSaysNothing() {
        LedgerChore.recovering(this.ledger, AFTER).work().run();
        then(this.ledger).should().recover(AFTER);
        assertThat(this.log.list).isEmpty();
    }

    @Test
    void recoverWhenTheLedgerIsDownThenFails() {
        given(this.ledger.recover(AFTER)).willThrow(new LedgerException("down", null));
        assertThatExceptionOfType(LedgerException.class)
            .isThrownBy(() -> LedgerChore.recovering(this.ledger, AFTER).work().run());
    }

    @Test
    void reconcileWhenASettlementBecameKnownThenSaysHowMany() {
        given(this.ledger.lease(any(), anyInt())).willReturn(List.of(UNKNOWN));
        given(this.ledger.conclude(UNKNOWN, new Conclusion.Settled("0xt"))).willReturn(true);
        reconciling(AFTER, new Finding.Settled("0xt")).work().run();
        assertThat(this.log.list).extracting(ILoggingEvent::getFormattedMessage)
            .containsExactly("1 payments of unknown outcome have ended");
    }

    @Test
    void reconcileWhenNobodyKnowsYetThenConcludesAndSaysNothing() {
        given(this.ledger.lease(any(), anyInt())).willReturn(List.of(UNKNOWN));
        reconciling(AFTER, new Finding.Undecided()).work().run();
        then(this.ledger).should().lease(any(), anyInt());
        then(this.ledger).shouldHaveNoMoreInteractions();
        assertThat(this.log.list).isEmpty();
    }

    @Test
    void reconcileWhenNothingCanBeAskedThenEndsWhatExpiredTenMinutesAgo() {
        given(this.ledger.lease(any(), anyInt())).willReturn(List.of(UNKNOWN));
        given(this.ledger.conclude(UNKNOWN, new Conclusion.Unresolved())).willReturn(true);
        LedgerChore chore = reconciling(AFTER, (SettlementInquiry) null);
        this.clock.advance(Duration.ofMinutes(10).minusMillis(1));
        chore.work().run();
        assertThat(this.log.list).isEmpty();
        this.clock.advance(Duration.ofMillis(1));
        chore.work().run();
        assertThat(this.log.list).extracting(ILoggingEvent::getFormattedMessage)
            .containsExactly("1 payments of unknown outcome have ended");
    }

    private LedgerChore reconciling(Duration interval, Finding finding) {
        return reconciling(interval, (payment) -> finding);
    }

    private LedgerChore reconciling(Duration interval, @Nullable SettlementInquiry inquiry) {
        Reconciler reconciler = new Reconciler(this.ledger, inquiry, interval, this.clock, List.of());
        return LedgerChore.reconciling(reconciler, interval);
    }

}
