package io.github.x402spring.limit;

import java.time.Duration;
import java.util.List;
import java.util.Map;

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
import io.github.x402spring.exchange.PaidExchange;
import io.github.x402spring.exchange.TaskExchange;
import io.github.x402spring.ledger.PaymentKey;
import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.PaymentPayload;
import io.github.x402spring.protocol.ReasonCode;

import static org.assertj.core.api.Assertions.as;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;
import static org.mockito.BDDMockito.then;
import static org.mockito.Mockito.mock;

class PaymentIntakeTests {

    private static final Duration WINDOW = Duration.ofMinutes(1);

    private static final ReasonCode POOR = ReasonCode.of("insufficient_funds");

    private final MutableClock clock = new MutableClock(Payments.NOW);

    private final PaymentIntake intake = intake(2, 2);

    private int failures;

    private PaidExchange exchange = from("203.0.113.7");

    @Test
    void denialWhenPaymentsAreTakenThenNobodyIsAsked() {
        this.exchange = mock();
        assertThat(denial(this.intake)).isNull();
        then(this.exchange).shouldHaveNoInteractions();
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
        PaymentIntake closed = new PaymentIntake(false, FailureLimits.NONE, this.clock);
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
        fail();
        assertThat(denial(this.intake)).isNull();
        assertThat(this.intake.addressDenial(this.exchange)).isNull();
        fail();
        assertThat(denial(this.intake).reason()).isEqualTo(Reason.LIMIT_REACHED);
        assertThat(this.intake.addressDenial(this.exchange).reason()).isEqualTo(Reason.LIMIT_REACHED);
    }

    @Test
    void addressDenialWhenPaymentsAreNotTakenThenOnlyFailuresCount() {
        this.intake.accept(false);
        this.intake.rejected(this.exchange, Payments.KEY, POOR);
        assertThat(this.intake.addressDenial(this.exchange)).isNull();
    }

    @Test
    void unknownWhenThePaymentIsPresentedAgainThenCountsOnce() {
        for (int i = 0; i < 5; i++) {
            this.intake.unknown(this.exchange, Payments.KEY, true);
        }
        assertThat(denial(this.intake)).isNull();
        this.intake.unknown(this.exchange, key("0x2"), true);
        assertThat(denial(this.intake).reason()).isEqualTo(Reason.LIMIT_REACHED);
    }

    @ParameterizedTest
    @CsvSource({ "true", "false" })
    void unknownWhenNobodyKnowsWhoSignedThenThePayerIsNotToBlame(boolean proved) {
        PaymentIntake payersOnly = intake(2, 0);
        payersOnly.unknown(this.exchange, Payments.KEY, proved);
        payersOnly.unknown(this.exchange, key("0x2"), proved);
        assertThat(denial(payersOnly) != null).isEqualTo(proved);
    }

    @Test
    void settledWhenItWasCountedAsUnknownThenTheBlockEnds() {
        this.intake.unknown(this.exchange, Payments.KEY, true);
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
    void failedWhenTheSamePaymentFailsAgainThenCountsOnceForTheAddress() {
        for (int i = 0; i < 50; i++) {
            this.intake.failed(this.exchange, garbage(1), null);
        }
        assertThat(this.intake.addressDenial(this.exchange)).isNull();
        this.intake.failed(this.exchange, garbage(2), null);
        assertThat(this.intake.addressDenial(this.exchange)).isNotNull();
    }

    @Test
    void failedWhenAPayerSignedItThenItWaitsItselfAndItsAddressIsBlamedOnce() {
        PaymentIntake limited = new PaymentIntake(true, FailureLimits.failed(2, 2, WINDOW),
                new FailureLimits(3, 0, 0, WINDOW), this.clock);
        for (int i = 0; i < 3; i++) {
            assertThat(limited.failed(this.exchange, garbage(i), Payments.KEY)).isNull();
        }
        assertThat(limited.addressDenial(this.exchange)).isNull();
        assertThat(limited.failed(this.exchange, garbage(3), Payments.KEY).reason()).isEqualTo(Reason.LIMIT_REACHED);
        assertThat(limited.failed(this.exchange, garbage(3), key("0x2"))).isNull();
    }

    @Test
    void rejectedWhenManyWalletsAreEmptyThenTheirAddressWaitsWithWhateverIsSigned() {
        PaymentIntake limited = new PaymentIntake(true, FailureLimits.failed(20, 2, WINDOW),
                new FailureLimits(0, 0, 5, WINDOW), this.clock);
        for (int i = 0; i < 5; i++) {
            assertThat(limited.denial("report", this.exchange, Payments.KEY)).isNull();
            limited.rejected(this.exchange, new PaymentKey(Payments.NETWORK, "0xaa", "0x" + i, "0x1"), POOR);
        }
        assertThat(limited.denial("report", this.exchange, Payments.KEY)).isNotNull();
    }

    @Test
    void addressDenialWhenNearlyAllPaymentsComeFromTheAddressThenTheLogSaysSoOnceAnHour() {
        assertThat(warnings(() -> present(100, 100))).isEmpty();
        fail();
        fail();
        this.intake.addressDenial(this.exchange);
        assertThat(warnings(() -> present(95, 100))).singleElement(as(STRING))
            .startsWith("95 of the last 100 payments came from address 203.0.113.7,")
            .contains("server.forward-headers-strategy");
        this.intake.addressDenial(this.exchange);
        assertThat(warnings(() -> present(100, 100))).isEmpty();
        this.clock.advance(Duration.ofHours(1));
        fail();
        fail();
        this.intake.addressDenial(this.exchange);
        assertThat(warnings(() -> present(100, 100))).hasSize(1);
    }

    @Test
    void addressDenialWhenManyPaymentsComeFromElsewhereThenTheLogSaysNothing() {
        fail();
        fail();
        this.intake.addressDenial(this.exchange);
        assertThat(warnings(() -> present(94, 100))).isEmpty();
    }

    @Test
    void askWhenASharedAddressSpentItsBudgetThenTheLogNamesIt() {
        this.exchange = from("10.0.0.1");
        for (int i = 0; i < 3; i++) {
            this.intake.ask(this.exchange);
        }
        assertThat(warnings(() -> present(100, 100))).singleElement(as(STRING)).contains("address 10.0.0.1,");
    }

    @Test
    void addressDenialWhenTheAddressIsNoneThenTheLogDoesNotQuoteIt() {
        this.exchange = from("unknown 0xcheque");
        for (int i = 0; i < 3; i++) {
            this.intake.ask(this.exchange);
        }
        assertThat(warnings(() -> present(100, 100))).singleElement(as(STRING))
            .contains("came from one address,")
            .doesNotContain("cheque");
    }

    private void present(int same, int all) {
        for (int i = 0; i < all; i++) {
            this.intake.presented((i < same) ? this.exchange : from("198.51.100." + (i % 200)));
        }
    }

    private static List<String> warnings(Runnable action) {
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        Logger logger = (Logger) LoggerFactory.getLogger(TrafficWatch.class);
        log.start();
        logger.addAppender(log);
        try {
            action.run();
            return log.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
        }
        finally {
            logger.detachAppender(log);
        }
    }

    @Test
    void failedWhenTheAddressIsBlockedThenFailuresDoNotProlongIt() {
        fail();
        fail();
        this.clock.advance(WINDOW.minusMillis(1));
        fail();
        assertThat(this.intake.addressDenial(this.exchange).retryAfterSeconds()).isEqualTo(1);
        this.clock.advance(Duration.ofMillis(1));
        assertThat(this.intake.addressDenial(this.exchange)).isNull();
        fail();
        assertThat(this.intake.addressDenial(this.exchange)).isNull();
    }

    @Test
    void rejectedWhenThePayerSignedThemThenItIsBlockedFromEverywhere() {
        PaymentIntake payersOnly = intake(2, 0);
        payersOnly.rejected(this.exchange, Payments.KEY, POOR);
        payersOnly.rejected(this.exchange, key("0x2"), null);
        this.exchange = from("198.51.100.1");
        assertThat(denial(payersOnly).reason()).isEqualTo(Reason.LIMIT_REACHED);
        assertThat(payersOnly.denial("report", this.exchange, Payments.key("0x" + "0e".repeat(20), "0x3"))).isNull();
    }

    @Test
    void rejectedWhenTheSamePaymentComesAgainOrNobodyKnowsWhoSignedThenThePayerIsNotToBlame() {
        PaymentIntake payersOnly = intake(2, 0);
        for (int i = 0; i < 5; i++) {
            payersOnly.rejected(this.exchange, Payments.KEY, POOR);
            payersOnly.rejected(this.exchange, null, POOR);
            payersOnly.rejected(this.exchange, key("0x" + i), ReasonCode.EVM_NONCE_ALREADY_USED);
        }
        assertThat(denial(payersOnly)).isNull();
    }

    @ParameterizedTest
    @CsvSource({ "base, 0xaa, 0x1", "base-sepolia, 0xcc, 0x1", "base-sepolia, 0xaa, 0x2" })
    void rejectedWhenNetworkTokenOrNonceDiffersThenItIsAnotherPayment(String network, String asset, String nonce) {
        PaymentIntake payersOnly = intake(2, 0);
        payersOnly.rejected(this.exchange, new PaymentKey(Payments.NETWORK, "0xaa", Payments.PAYER, "0x1"), POOR);
        assertThat(denial(payersOnly)).isNull();
        payersOnly.rejected(this.exchange, new PaymentKey(Network.parse(network), asset, Payments.PAYER, nonce), POOR);
        assertThat(denial(payersOnly).reason()).isEqualTo(Reason.LIMIT_REACHED);
    }

    @Test
    void rejectedWhenCalledThenTheAddressIsCountedWhoeverSigned() {
        PaymentIntake addressesOnly = intake(0, 2);
        addressesOnly.rejected(this.exchange, null, ReasonCode.EVM_NONCE_ALREADY_USED);
        assertThat(denial(addressesOnly)).isNull();
        addressesOnly.rejected(this.exchange, Payments.KEY, POOR);
        assertThat(denial(addressesOnly).reason()).isEqualTo(Reason.LIMIT_REACHED);
        this.exchange = from("198.51.100.1");
        assertThat(denial(addressesOnly)).isNull();
    }

    @ParameterizedTest
    @CsvSource({ "0, 60", "1, 60", "999, 60", "1000, 59", "58999, 2", "59000, 1", "59999, 1" })
    void denialWhenBlockedThenSaysTheNextWholeSecondToComeBack(long passed, int seconds) {
        fail();
        fail();
        this.clock.advance(Duration.ofMillis(passed));
        assertThat(denial(this.intake).retryAfterSeconds()).isEqualTo(seconds);
    }

    @Test
    void denialWhenPayerAndAddressAreBlockedThenThePayerHasToWait() {
        fail();
        fail();
        this.clock.advance(Duration.ofSeconds(20));
        assertThat(denial(this.intake).retryAfterSeconds()).isEqualTo(40);
        this.intake.rejected(this.exchange, Payments.KEY, POOR);
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

    private void fail() {
        this.failures++;
        this.intake.failed(this.exchange, garbage(this.failures), null);
    }

    private static PaymentPayload garbage(int number) {
        return new PaymentPayload(2, Map.of("payload", Map.of("signature", number)));
    }

    private PaymentIntake intake(int perPayer, int perAddress) {
        return new PaymentIntake(true, FailureLimits.failed(perPayer, perAddress, WINDOW), this.clock);
    }

    private @Nullable Denial denial(PaymentIntake intake) {
        Denial denial = intake.denial("report", this.exchange, Payments.KEY);
        return (denial != null) ? denial : intake.addressDenial(this.exchange);
    }

    private static PaidExchange from(String address) {
        return new TaskExchange(null, null, address);
    }

    private static PaymentKey key(String nonce) {
        return Payments.key(Payments.PAYER, nonce);
    }

}
