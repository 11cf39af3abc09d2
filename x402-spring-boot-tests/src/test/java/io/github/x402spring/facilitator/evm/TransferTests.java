package io.github.x402spring.facilitator.evm;

import java.math.BigInteger;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.web3j.crypto.Credentials;

import io.github.x402spring.facilitator.evm.EvmChain.Account;
import io.github.x402spring.facilitator.evm.Transfer.Attempt;

import static org.assertj.core.api.Assertions.assertThat;

class TransferTests {

    private final Relayer relayer = new Relayer(Receipts.TERMS.network(), Credentials.create("0x" + "42".repeat(32)),
            0);

    private final Transfer transfer = new Transfer(Receipts.presented(), false, BigInteger.TEN);

    @Test
    void withdrawWhenNotSentThenNeverSent() {
        assertThat(this.transfer.withdraw()).isTrue();
        assertThat(this.transfer.isWithdrawn()).isTrue();
        assertThat(this.transfer.begin()).isFalse();
    }

    @Test
    void withdrawWhenAboutToBeSentThenRefused() {
        assertThat(this.transfer.begin()).isTrue();
        assertThat(this.transfer.withdraw()).isFalse();
        assertThat(this.transfer.isWithdrawn()).isFalse();
    }

    @Test
    void beginWhenSentBeforeThenMayBeSentAgain() {
        this.transfer.begin();
        assertThat(this.transfer.begin()).isTrue();
    }

    @Test
    void refusedWhenNoNodeTookItThenMayBeWithdrawn() {
        this.transfer.begin();
        this.transfer.refused();
        assertThat(this.transfer.withdraw()).isTrue();
    }

    @Test
    void refusedWhenANodeMayHaveItThenMayNotBeWithdrawn() {
        this.transfer.begin();
        this.transfer.accepted();
        this.transfer.refused();
        assertThat(this.transfer.withdraw()).isFalse();
    }

    @Test
    void withdrawWhenItRacesWithSendingThenOnlyOneOfThemHappens() throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
            for (int i = 0; i < 200; i++) {
                Transfer each = new Transfer(this.transfer.presented(), false, BigInteger.TEN);
                CyclicBarrier start = new CyclicBarrier(2);
                Future<Boolean> withdrawn = threads.submit(() -> {
                    start.await();
                    return each.withdraw();
                });
                Future<Boolean> begun = threads.submit(() -> {
                    start.await();
                    return each.begin();
                });
                assertThat(withdrawn.get()).isNotEqualTo(begun.get());
            }
        }
    }

    @Test
    void claimWhenManyAskThenOneIsToldOfTheSettlement() throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            CyclicBarrier start = new CyclicBarrier(4);
            List<Future<Boolean>> claims = IntStream.range(0, 4).mapToObj((i) -> threads.submit(() -> {
                start.await();
                return this.transfer.claim();
            })).toList();
            int claimed = 0;
            for (Future<Boolean> claim : claims) {
                claimed += claim.get() ? 1 : 0;
            }
            assertThat(claimed).isEqualTo(1);
        }
    }

    @Test
    void sentWhenSeveralTimesThenTransactionIsTheLast() {
        assertThat(this.transfer.transaction()).isEmpty();
        send("0xaa");
        send("0xbb");
        assertThat(this.transfer.transaction()).isEqualTo("0xbb");
        assertThat(this.transfer.attempts()).extracting(Attempt::hash).containsExactly("0xaa", "0xbb");
    }

    @Test
    void takeBackWhenNoNodeHasItThenOnlyThatOneIsForgotten() {
        send("0xaa");
        send("0xbb");
        this.transfer.takeBack(this.transfer.attempts().get(1));
        assertThat(this.transfer.transaction()).isEqualTo("0xaa");
        this.transfer.takeBack(this.transfer.attempts().get(0));
        assertThat(this.transfer.transaction()).isEmpty();
        assertThat(this.transfer.latest()).isNull();
    }

    @Test
    void isPassedWhenTheChainHasUsedAllNumbersThenTrue() {
        send(0, "0xaa");
        send(1, "0xbb");
        mined(1);
        assertThat(this.transfer.isPassed()).isFalse();
        assertThat(this.transfer.mayBeMinedBeside("0xaa")).isTrue();
        assertThat(this.transfer.mayBeMinedBeside("0xbb")).isFalse();
        mined(2);
        assertThat(this.transfer.isPassed()).isTrue();
        assertThat(this.transfer.mayBeMinedBeside("0xaa")).isFalse();
    }

    @Test
    void sentWhenVeryOftenThenOnlyTheLatestAreKept() {
        for (int i = 0; i < 100; i++) {
            send("0x" + i);
        }
        assertThat(this.transfer.attempts()).hasSize(64).last().hasToString("0x99");
    }

    @Test
    void countMissingWhenSentAgainOrFoundThenStartsAnew() {
        assertThat(this.transfer.countMissing()).isEqualTo(1);
        assertThat(this.transfer.countMissing()).isEqualTo(2);
        send("0xaa");
        assertThat(this.transfer.countMissing()).isEqualTo(1);
        this.transfer.found();
        assertThat(this.transfer.countMissing()).isEqualTo(1);
    }

    @Test
    void attemptWhenPrintedThenShowsTheHashOnly() {
        assertThat(new Attempt(BigInteger.ONE, "0xaa", "0xcheque", BigInteger.ONE, BigInteger.ONE)).hasToString("0xaa");
    }

    private void mined(long count) {
        BigInteger mined = BigInteger.valueOf(count);
        this.relayer.update(new Account(mined, mined, BigInteger.TEN), BigInteger.ONE, BigInteger.ONE);
    }

    private void send(String hash) {
        send(0, hash);
    }

    private void send(long nonce, String hash) {
        this.transfer.sent(this.relayer,
                new Attempt(BigInteger.valueOf(nonce), hash, "0x", BigInteger.ONE, BigInteger.ONE));
    }

}
