package io.github.x402spring.facilitator.evm;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.web3j.crypto.Credentials;

import io.github.x402spring.facilitator.evm.EvmChain.Account;
import io.github.x402spring.facilitator.evm.EvmChain.Count;
import io.github.x402spring.facilitator.evm.Transfer.Attempt;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests when a number that no transaction of a {@link Relayer} has is given away.
 */
class RelayerGapTests {

    private final ListAppender<ILoggingEvent> log = new ListAppender<>();

    private final Relayer relayer = new Relayer(Receipts.TERMS.network(), Credentials.create("0x" + "42".repeat(32)),
            0);

    @BeforeEach
    void listen() {
        this.log.start();
        logger().addAppender(this.log);
    }

    @AfterEach
    void stopListening() {
        logger().detachAppender(this.log);
    }

    @Test
    void observeWhenTheCountStandsStillForThreeBlocksOnEveryNodeThenTheMissingNumbersAreFree() {
        give(7, 9);
        for (long head = 100; head < 103; head++) {
            assertThat(look(5, head)).isTrue();
            observe(head, count(0, head, 5), count(1, head, 5));
            assertThat(this.relayer.free()).isEmpty();
        }
        assertThat(look(5, 103)).isTrue();
        observe(103, count(0, 103, 5), count(1, 103, 5));
        assertThat(this.relayer.free()).isEqualTo(numbers(5, 6, 8));
        assertThat(this.relayer.next()).isEqualTo(5);
    }

    @Test
    void observeWhenOneNodeWasAskedLaterThenTheOthersAreNotEnough() {
        give(7);
        look(5, 100);
        observe(100, count(0, 100, 5));
        for (long head = 101; head < 104; head++) {
            look(5, head);
            observe(head, count(0, head, 5), count(1, head, 5));
            assertThat(this.relayer.free()).isEmpty();
        }
        look(5, 104);
        observe(104, count(0, 104, 5), count(1, 104, 5));
        assertThat(this.relayer.free()).isEqualTo(numbers(5, 6));
    }

    @Test
    void observeWhenOneNodeContradictsThenStartsAnew() {
        give(7);
        for (long head = 100; head < 140; head++) {
            look(5, head);
            observe(head, count(0, head, 5), count(1, head, (head % 3 == 0) ? 4 : 5));
            assertThat(this.relayer.free()).isEmpty();
        }
        assertThat(this.relayer.status().gaps()).isEqualTo(2);
    }

    @Test
    void observeWhenANodeIsFarBehindThenItIsNotWaitedFor() {
        give(7);
        for (long head = 100; head < 104; head++) {
            look(5, head);
            observe(head, count(0, head, 5), count(1, 42, 3));
        }
        assertThat(this.relayer.free()).isEqualTo(numbers(5, 6));
    }

    @Test
    void observeWhenNoNodeRepliesThenNothingIsProved() {
        give(7);
        for (long head = 100; head < 110; head++) {
            look(5, head);
            observe(head);
        }
        assertThat(this.relayer.free()).isEmpty();
        assertThat(this.relayer.status().gaps()).isEqualTo(2);
    }

    @Test
    void observeWhenTheChainWentOnThenThereIsNoGap() {
        give(7);
        look(5, 100);
        observe(100, count(0, 100, 5));
        look(8, 101);
        observe(101, count(0, 101, 8));
        assertThat(look(8, 102)).isFalse();
        assertThat(this.relayer.status().gaps()).isZero();
    }

    @Test
    void isSuspiciousWhenATransactionOfOursHasTheNumberThenNever() {
        give(5, 7);
        for (long head = 100; head < 110; head++) {
            assertThat(look(5, head)).isFalse();
        }
    }

    @Test
    void isSuspiciousWhenAskedInTheSameBlockThenOnce() {
        give(7);
        assertThat(look(5, 100)).isTrue();
        assertThat(look(5, 100)).isFalse();
        assertThat(look(5, 101)).isTrue();
    }

    @Test
    void giveWhenANumberOfAGapIsTakenThenItIsCountedUntilTheChainHasUsedIt() {
        give(6);
        for (long head = 100; head < 104; head++) {
            look(5, head);
            observe(head, count(0, head, 5));
        }
        give(5);
        assertThat(this.relayer.free()).isEmpty();
        look(5, 105);
        assertThat(this.relayer.status()).extracting(RelayerStatus::gaps, RelayerStatus::filled).containsExactly(1, 1L);
        look(7, 106);
        assertThat(this.relayer.status()).extracting(RelayerStatus::gaps, RelayerStatus::filled).containsExactly(0, 1L);
    }

    @Test
    void postponeWhenANumberCouldNotBeFilledThenTheChainHasToStandStillOnceMore() {
        give(6);
        for (long head = 100; head < 104; head++) {
            look(5, head);
            observe(head, count(0, head, 5));
        }
        this.relayer.postpone(BigInteger.valueOf(5));
        assertThat(this.relayer.next()).isEqualTo(7);
        for (long head = 104; head < 107; head++) {
            look(5, head);
            observe(head, count(0, head, 5));
            assertThat(this.relayer.free()).isEmpty();
        }
        look(5, 107);
        observe(107, count(0, 107, 5));
        assertThat(this.relayer.free()).isEqualTo(numbers(5));
    }

    @Test
    void observeWhenTheGapIsWideThenWhatIsBehindItIsSentUnderLowerNumbers() {
        give(4, 1000, 1001);
        List<SentTransaction> misplaced = new ArrayList<>();
        assertThat(look(4, 104)).isFalse();
        for (long head = 105; head < 109; head++) {
            look(5, head);
            misplaced.addAll(observe(head, count(0, head, 5)));
        }
        assertThat(misplaced).extracting((each) -> each.attempt().nonce()).isEqualTo(numbers(1000, 1001));
        assertThat(this.relayer.free()).isEmpty();
        assertThat(this.relayer.next()).isEqualTo(5);
    }

    @Test
    void observeWhenAGapLastsThenWarnsOnce() {
        give(7);
        for (long head = 100; head < 120; head++) {
            look(5, head);
            observe(head, count(0, head, 5));
            this.relayer.free().forEach(this.relayer::postpone);
        }
        assertThat(this.log.list).filteredOn((event) -> event.getLevel() == Level.WARN)
            .singleElement()
            .satisfies((event) -> assertThat(event.getFormattedMessage()).contains("no transaction with number 5"));
    }

    @Test
    void updateWhenOneCountIsTooHighThenTheLowerOfTwoIsTheNext() {
        look(5, 100);
        look(50, 101);
        assertThat(this.relayer.next()).isEqualTo(5);
        look(6, 102);
        assertThat(this.relayer.next()).isEqualTo(6);
        look(2, 103);
        assertThat(this.relayer.next()).isEqualTo(2);
    }

    @Test
    void updateWhenOneLookSaysThatANumberIsUsedThenItsTransactionIsKept() {
        give(5);
        look(50, 100);
        look(50, 101);
        look(5, 102);
        assertThat(this.relayer.unused()).hasSize(1);
        look(6, 103);
        look(6, 104);
        look(6, 105);
        look(5, 106);
        assertThat(this.relayer.unused()).isEmpty();
    }

    @Test
    void settledWhenATransactionIsInABlockThenTheNextNumberIsBehindIt() {
        look(5, 100);
        give(5);
        look(6, 101);
        this.relayer.settled(attempt(5));
        assertThat(this.relayer.next()).isEqualTo(6);
        look(6, 102);
        assertThat(this.relayer.next()).isEqualTo(6);
    }

    @Test
    void observeWhenTheChainTookATransactionBackThenItsOwnNumberIsNotGivenAway() {
        give(5, 6);
        look(6, 100);
        this.relayer.settled(attempt(5));
        for (long head = 102; head < 106; head++) {
            assertThat(look(5, head)).isTrue();
            observe(head, count(0, head, 5));
        }
        assertThat(this.relayer.free()).isEmpty();
        assertThat(this.relayer.unused()).extracting((each) -> each.attempt().nonce()).isEqualTo(numbers(5, 6));
    }

    @Test
    void canSendWhenALookNamesFarTooManyThenNoMoreThanUsualAreSentUntilTheNext() {
        look(0, 100);
        look(1000, 101);
        for (int i = 0; i < 16; i++) {
            assertThat(this.relayer.canSend()).isTrue();
            give(i);
        }
        assertThat(this.relayer.canSend()).isFalse();
    }

    @Test
    void dropWhenNoNodeTakesATransactionThenItsNumberIsAGap() {
        give(5, 6);
        look(5, 100);
        this.relayer.drop(this.relayer.unused().get(0));
        for (long head = 101; head < 105; head++) {
            assertThat(look(5, head)).isTrue();
            observe(head, count(0, head, 5));
        }
        assertThat(this.relayer.free()).isEqualTo(numbers(5));
    }

    private boolean look(long mined, long head) {
        BigInteger count = BigInteger.valueOf(mined);
        this.relayer.update(new Account(count, count, BigInteger.TEN), BigInteger.valueOf(head), BigInteger.ONE);
        return this.relayer.isSuspicious(BigInteger.valueOf(head));
    }

    private List<SentTransaction> observe(long head, Count... counts) {
        return this.relayer.observe(BigInteger.valueOf(head), List.of(counts));
    }

    private void give(long... nonces) {
        for (BigInteger nonce : numbers(nonces)) {
            this.relayer.give(SentTransaction.of(new Transfer(Receipts.presented(), false, BigInteger.TEN),
                    attempt(nonce.longValueExact()), Receipts.NOW));
        }
    }

    private static Attempt attempt(long nonce) {
        return new Attempt(BigInteger.valueOf(nonce), "0xaa", "0x", BigInteger.ONE, BigInteger.ONE);
    }

    private static Count count(int node, long head, long mined) {
        return new Count(node, BigInteger.valueOf(head), BigInteger.valueOf(mined));
    }

    private static List<BigInteger> numbers(long... numbers) {
        return LongStream.of(numbers).mapToObj(BigInteger::valueOf).toList();
    }

    private static Logger logger() {
        return (Logger) LoggerFactory.getLogger(Relayer.class);
    }

}
