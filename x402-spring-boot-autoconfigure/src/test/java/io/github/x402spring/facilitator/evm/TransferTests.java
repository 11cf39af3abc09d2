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

import io.github.x402spring.facilitator.evm.Transfer.Attempt;

import static org.assertj.core.api.Assertions.assertThat;

class TransferTests {

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
        this.transfer.accepted(Receipts.NOW);
        this.transfer.refused();
        assertThat(this.transfer.withdraw()).isFalse();
        assertThat(this.transfer.lastSent()).isEqualTo(Receipts.NOW);
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
    void startOverWhenCalledThenAttemptsAreForgottenAndTheTransactionIsStillNamed() {
        send("0xaa");
        this.transfer.startOver();
        assertThat(this.transfer.attempts()).isEmpty();
        assertThat(this.transfer.relayer()).isNull();
        assertThat(this.transfer.transaction()).isEqualTo("0xaa");
    }

    @Test
    void countPassedOverWhenBlocksComeWithoutItThenCountsLooksWithANewBlock() {
        assertThat(passedOver(10)).isZero();
        assertThat(passedOver(10)).isZero();
        assertThat(passedOver(11)).isEqualTo(1);
        assertThat(passedOver(15)).isEqualTo(2);
        assertThat(passedOver(14)).isEqualTo(2);
        send("0xbb");
        assertThat(passedOver(16)).isEqualTo(1);
    }

    @Test
    void countMissingWhenSentAgainThenStartsAnew() {
        assertThat(this.transfer.countMissing()).isEqualTo(1);
        assertThat(this.transfer.countMissing()).isEqualTo(2);
        send("0xaa");
        assertThat(this.transfer.countMissing()).isEqualTo(1);
    }

    @Test
    void attemptWhenPrintedThenShowsTheHashOnly() {
        assertThat(new Attempt(BigInteger.ONE, "0xaa", "0xcheque", BigInteger.ONE, BigInteger.ONE)).hasToString("0xaa");
    }

    private int passedOver(long block) {
        return this.transfer.countPassedOver(BigInteger.valueOf(block));
    }

    private void send(String hash) {
        Relayer relayer = new Relayer(Receipts.TERMS.network(), Credentials.create("0x" + "42".repeat(32)), 0);
        this.transfer.sent(relayer, new Attempt(BigInteger.ZERO, hash, "0x", BigInteger.ONE, BigInteger.ONE));
    }

}
