package io.github.x402spring.facilitator.evm;

import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

import io.github.x402spring.MutableClock;
import io.github.x402spring.test.TestWallet;

import static org.assertj.core.api.Assertions.assertThat;

class RevertBudgetTests {

    private static final BigInteger GAS = BigInteger.valueOf(100);

    private final ListAppender<ILoggingEvent> log = new ListAppender<>();

    private final MutableClock clock = new MutableClock(Receipts.NOW);

    private final RevertBudget budget = new RevertBudget(Receipts.TERMS.network(), 250, 1000, this.clock);

    @BeforeEach
    void listen() {
        this.log.start();
        ((Logger) LoggerFactory.getLogger(RevertBudget.class)).addAppender(this.log);
    }

    @AfterEach
    void stopListening() {
        ((Logger) LoggerFactory.getLogger(RevertBudget.class)).detachAppender(this.log);
    }

    @Test
    void refusesWhenAWalletHasBurntItsShareThenItAloneForAnHour() {
        burn(1, true, 3);
        assertThat(refuses(1, true)).isTrue();
        assertThat(refuses(2, true)).isFalse();
        this.clock.advance(Duration.ofMinutes(59));
        assertThat(refuses(1, true)).isTrue();
        this.clock.advance(Duration.ofMinutes(1));
        assertThat(refuses(1, true)).isFalse();
        assertThat(this.budget.gas()).isEqualTo(300);
        assertThat(this.budget.refusals()).isEqualTo(2);
    }

    @Test
    void refusesWhenManyWalletsHaveBurntTheTotalThenEveryContractAndNoOther() {
        for (int wallet = 1; wallet <= 10; wallet++) {
            assertThat(refuses(99, true)).isFalse();
            burn(wallet, true, 1);
        }
        assertThat(refuses(99, true)).isTrue();
        assertThat(refuses(99, false)).isFalse();
        this.clock.advance(Duration.ofHours(1));
        assertThat(refuses(99, true)).isFalse();
    }

    @Test
    void refusesWhenWalletsWithoutCodeBurnGasThenContractsAreNotRefusedForIt() {
        for (int wallet = 1; wallet <= 30; wallet++) {
            burn(wallet, false, 1);
        }
        assertThat(refuses(99, true)).isFalse();
        burn(1, false, 2);
        assertThat(refuses(1, false)).isTrue();
    }

    @Test
    void holdWhenWhatIsInFlightMayBurnTheRestThenWaits() {
        Transfer first = transfer(1, true);
        Transfer second = transfer(1, true);
        Transfer third = transfer(1, true);
        assertThat(this.budget.hold(first)).isTrue();
        assertThat(this.budget.hold(first)).isTrue();
        assertThat(this.budget.hold(second)).isTrue();
        assertThat(this.budget.hold(third)).isFalse();
        this.budget.end(first, BigInteger.ZERO);
        assertThat(this.budget.hold(third)).isTrue();
    }

    @Test
    void holdWhenManyWalletsAreInFlightThenNoMoreThanTheTotal() {
        List<Transfer> held = new ArrayList<>();
        for (int wallet = 1; wallet <= 30; wallet++) {
            Transfer transfer = transfer(wallet, true);
            if (this.budget.hold(transfer)) {
                held.add(transfer);
            }
        }
        assertThat(held).hasSize(10);
        assertThat(this.budget.hold(transfer(1, false))).isTrue();
    }

    @Test
    void holdWhenOneTransferTakesMoreThanTheBudgetThenOneAtATime() {
        RevertBudget small = new RevertBudget(Receipts.TERMS.network(), 10, 10, this.clock);
        Transfer first = transfer(1, true);
        assertThat(small.hold(first)).isTrue();
        assertThat(small.hold(transfer(2, true))).isFalse();
        small.end(first, BigInteger.valueOf(9));
        assertThat(small.hold(first)).isTrue();
        small.end(first, BigInteger.ONE);
        assertThat(small.hold(first)).isFalse();
    }

    @Test
    void endWhenANodeNamesMoreGasThanWasGivenThenNoMoreThanThatCounts() {
        this.budget.end(transfer(1, true), BigInteger.TWO.pow(200));
        assertThat(this.budget.gas()).isEqualTo(100);
    }

    @Test
    void endWhenABudgetIsBurntThenWarnsOnceAndNamesNoPayer() {
        for (int wallet = 1; wallet <= 12; wallet++) {
            burn(wallet, true, 1);
        }
        burn(1, true, 5);
        assertThat(this.log.list).extracting(ILoggingEvent::getFormattedMessage)
            .hasSize(2)
            .noneMatch((message) -> message.contains(payer(1)));
    }

    @Test
    void endWhenOneWalletRevertsEndlesslyThenMemoryIsBounded() {
        burn(1, false, 30_000);
        this.clock.advance(Duration.ofHours(1));
        assertThat(refuses(1, false)).isFalse();
    }

    private boolean refuses(int wallet, boolean contract) {
        return this.budget.refuses(transfer(wallet, contract).payer(), contract);
    }

    private void burn(int wallet, boolean contract, int times) {
        Transfer transfer = transfer(wallet, contract);
        for (int i = 0; i < times; i++) {
            this.budget.end(transfer, GAS);
        }
    }

    private static String payer(int wallet) {
        return TestWallet.named(String.valueOf(wallet)).address();
    }

    private static Transfer transfer(int wallet, boolean contract) {
        return new Transfer(
                Receipts.presented(TestWallet.named(String.valueOf(wallet)).pay(Receipts.TERMS, Receipts.NOW)),
                contract, GAS);
    }

}
