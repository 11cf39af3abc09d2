package io.github.x402spring.gate;

import java.time.Duration;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;

import io.github.x402spring.MutableClock;
import io.github.x402spring.decision.Denial;
import io.github.x402spring.decision.Reason;
import io.github.x402spring.gate.GateFixture.StubExchange;
import io.github.x402spring.ledger.PaymentKey;
import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.ReasonCode;

import static org.assertj.core.api.Assertions.assertThat;

class PaymentIntakeTests {

    private static final Duration WINDOW = Duration.ofMinutes(1);

    private static final ReasonCode POOR = ReasonCode.of("insufficient_funds");

    private final GateFixture fixture = new GateFixture();

    private final MutableClock clock = new MutableClock(GateFixture.NOW);

    private final PaymentIntake intake = intake(2, 2);

    private final StubExchange exchange = this.fixture.exchange("/report");

    @Test
    void denialWhenPaymentsAreTakenThenNobodyIsAsked() {
        assertThat(denial(this.intake)).isNull();
        assertThat(this.fixture.journal).isEmpty();
    }

    @Test
    void acceptWhenSwitchedThenNewPaymentsAreRefusedAndTakenAgain() {
        this.intake.accept(false);
        assertThat(denial(this.intake).reason()).isEqualTo(Reason.TEMPORARILY_UNAVAILABLE);
        assertThat(this.intake.accepting()).isFalse();
        this.intake.accept(true);
        assertThat(denial(this.intake)).isNull();
        assertThat(this.intake.accepting()).isTrue();
    }

    @Test
    void createWhenNoneAreTakenAtFirstThenRefused() {
        PaymentIntake closed = new PaymentIntake(false, FailedPaymentLimits.NONE, this.clock);
        assertThat(denial(closed).reason()).isEqualTo(Reason.TEMPORARILY_UNAVAILABLE);
    }

    @Test
    void pauseWhenOneEndpointIsPausedThenTheOthersAreNot() {
        this.intake.pause("report", true);
        assertThat(this.intake.paused("report")).isTrue();
        assertThat(this.intake.accepting("report")).isFalse();
        assertThat(this.intake.paused("other")).isFalse();
        assertThat(this.intake.accepting("other")).isTrue();
        assertThat(denial(this.intake).reason()).isEqualTo(Reason.TEMPORARILY_UNAVAILABLE);
    }

    @Test
    void pauseWhenPausedTwiceThenOneEndIsEnough() {
        this.intake.pause("report", true);
        this.intake.pause("report", true);
        this.intake.pause("report", false);
        assertThat(this.intake.accepting("report")).isTrue();
        assertThat(denial(this.intake)).isNull();
    }

    @Test
    void acceptingWhenNothingIsTakenThenNoEndpointTakesAnyThoughNoneIsPaused() {
        this.intake.accept(false);
        assertThat(this.intake.paused("report")).isFalse();
        assertThat(this.intake.accepting("report")).isFalse();
    }

    @Test
    void failedWhenCalledThenTheAddressIsBlockedAfterSoMany() {
        this.intake.failed(this.exchange);
        assertThat(denial(this.intake)).isNull();
        assertThat(this.intake.addressDenial(this.exchange)).isNull();
        this.intake.failed(this.exchange);
        assertThat(denial(this.intake).reason()).isEqualTo(Reason.LIMIT_REACHED);
        assertThat(this.intake.addressDenial(this.exchange).reason()).isEqualTo(Reason.LIMIT_REACHED);
    }

    @Test
    void addressDenialWhenPaymentsAreNotTakenThenOnlyFailuresCount() {
        this.intake.accept(false);
        this.intake.rejected(this.exchange, GateFixture.KEY, POOR);
        assertThat(this.intake.addressDenial(this.exchange)).isNull();
    }

    @Test
    void unknownWhenThePaymentIsPresentedAgainThenCountsOnce() {
        for (int i = 0; i < 5; i++) {
            this.intake.unknown(this.exchange, GateFixture.KEY, true);
        }
        assertThat(denial(this.intake)).isNull();
        this.intake.unknown(this.exchange, key("0x2"), true);
        assertThat(denial(this.intake).reason()).isEqualTo(Reason.LIMIT_REACHED);
    }

    @ParameterizedTest
    @CsvSource({ "true", "false" })
    void unknownWhenNobodyKnowsWhoSignedThenThePayerIsNotToBlame(boolean proved) {
        PaymentIntake payersOnly = intake(2, 0);
        payersOnly.unknown(this.exchange, GateFixture.KEY, proved);
        payersOnly.unknown(this.exchange, key("0x2"), proved);
        assertThat(denial(payersOnly) != null).isEqualTo(proved);
    }

    @Test
    void settledWhenItWasCountedAsUnknownThenTheBlockEnds() {
        this.intake.unknown(this.exchange, GateFixture.KEY, true);
        this.intake.unknown(this.exchange, key("0x2"), true);
        this.intake.settled(key("0x3"));
        assertThat(denial(this.intake).reason()).isEqualTo(Reason.LIMIT_REACHED);
        this.intake.settled(key("0x2"));
        assertThat(denial(this.intake)).isNull();
        this.intake.settled(key("0x2"));
        this.intake.unknown(this.exchange, key("0x4"), true);
        assertThat(denial(this.intake).reason()).isEqualTo(Reason.LIMIT_REACHED);
    }

    @Test
    void failedWhenTheAddressIsBlockedThenFailuresDoNotProlongIt() {
        this.intake.failed(this.exchange);
        this.intake.failed(this.exchange);
        this.clock.advance(WINDOW.minusMillis(1));
        this.intake.failed(this.exchange);
        assertThat(this.intake.addressDenial(this.exchange).retryAfterSeconds()).isEqualTo(1);
        this.clock.advance(Duration.ofMillis(1));
        assertThat(this.intake.addressDenial(this.exchange)).isNull();
        this.intake.failed(this.exchange);
        assertThat(this.intake.addressDenial(this.exchange)).isNull();
    }

    @Test
    void rejectedWhenThePayerSignedThemThenItIsBlockedFromEverywhere() {
        PaymentIntake payersOnly = intake(2, 0);
        payersOnly.rejected(this.exchange, GateFixture.KEY, POOR);
        payersOnly.rejected(this.exchange, key("0x2"), null);
        this.exchange.remoteAddress = "198.51.100.1";
        assertThat(denial(payersOnly).reason()).isEqualTo(Reason.LIMIT_REACHED);
        assertThat(payersOnly.denial(this.fixture.attemptOf(this.exchange), "0x" + "0e".repeat(20))).isNull();
    }

    @Test
    void rejectedWhenTheSamePaymentComesAgainOrNobodyKnowsWhoSignedThenThePayerIsNotToBlame() {
        PaymentIntake payersOnly = intake(2, 0);
        for (int i = 0; i < 5; i++) {
            payersOnly.rejected(this.exchange, GateFixture.KEY, POOR);
            payersOnly.rejected(this.exchange, null, POOR);
            payersOnly.rejected(this.exchange, key("0x" + i), ReasonCode.EVM_NONCE_ALREADY_USED);
        }
        assertThat(denial(payersOnly)).isNull();
    }

    @ParameterizedTest
    @CsvSource({ "base, 0xaa, 0x1", "base-sepolia, 0xcc, 0x1", "base-sepolia, 0xaa, 0x2" })
    void rejectedWhenNetworkTokenOrNonceDiffersThenItIsAnotherPayment(String network, String asset, String nonce) {
        PaymentIntake payersOnly = intake(2, 0);
        payersOnly.rejected(this.exchange, new PaymentKey(GateFixture.NETWORK, "0xaa", GateFixture.PAYER, "0x1"), POOR);
        assertThat(denial(payersOnly)).isNull();
        payersOnly.rejected(this.exchange, new PaymentKey(Network.parse(network), asset, GateFixture.PAYER, nonce),
                POOR);
        assertThat(denial(payersOnly).reason()).isEqualTo(Reason.LIMIT_REACHED);
    }

    @Test
    void rejectedWhenCalledThenTheAddressIsCountedWhoeverSigned() {
        PaymentIntake addressesOnly = intake(0, 2);
        addressesOnly.rejected(this.exchange, null, ReasonCode.EVM_NONCE_ALREADY_USED);
        assertThat(denial(addressesOnly)).isNull();
        addressesOnly.rejected(this.exchange, GateFixture.KEY, POOR);
        assertThat(denial(addressesOnly).reason()).isEqualTo(Reason.LIMIT_REACHED);
        this.exchange.remoteAddress = "198.51.100.1";
        assertThat(denial(addressesOnly)).isNull();
    }

    @ParameterizedTest
    @CsvSource({ "0, 60", "1, 60", "999, 60", "1000, 59", "58999, 2", "59000, 1", "59999, 1" })
    void denialWhenBlockedThenSaysTheNextWholeSecondToComeBack(long passed, int seconds) {
        this.intake.failed(this.exchange);
        this.intake.failed(this.exchange);
        this.clock.advance(Duration.ofMillis(passed));
        assertThat(denial(this.intake).retryAfterSeconds()).isEqualTo(seconds);
    }

    @Test
    void denialWhenPayerAndAddressAreBlockedThenTheLongerCounts() {
        this.intake.failed(this.exchange);
        this.intake.failed(this.exchange);
        this.clock.advance(Duration.ofSeconds(20));
        assertThat(denial(this.intake).retryAfterSeconds()).isEqualTo(40);
        this.intake.rejected(this.exchange, GateFixture.KEY, POOR);
        this.intake.rejected(this.exchange, key("0x2"), POOR);
        assertThat(denial(this.intake).retryAfterSeconds()).isEqualTo(60);
    }

    @Test
    void acceptAndPauseWhenSomethingChangesThenOnlyThatIsLogged() {
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        Logger logger = (Logger) LoggerFactory.getLogger(PaymentIntake.class);
        log.start();
        logger.addAppender(log);
        try {
            this.intake.accept(true);
            this.intake.pause("report", false);
            assertThat(log.list).isEmpty();
            this.intake.accept(false);
            this.intake.accept(false);
            this.intake.pause("report", true);
            this.intake.pause("report", true);
            assertThat(log.list).extracting(ILoggingEvent::getFormattedMessage)
                .containsExactly("Payments are no longer accepted", "Endpoint 'report' is paused");
        }
        finally {
            logger.detachAppender(log);
        }
    }

    private PaymentIntake intake(int perPayer, int perAddress) {
        return new PaymentIntake(true, new FailedPaymentLimits(perPayer, perAddress, WINDOW), this.clock);
    }

    private @Nullable Denial denial(PaymentIntake intake) {
        return intake.denial(this.fixture.attemptOf(this.exchange), GateFixture.PAYER);
    }

    private static PaymentKey key(String nonce) {
        return new PaymentKey(GateFixture.NETWORK, GateFixture.TERMS.asset(), GateFixture.PAYER, nonce);
    }

}
