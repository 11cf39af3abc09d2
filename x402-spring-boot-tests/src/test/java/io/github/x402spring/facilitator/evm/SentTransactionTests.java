package io.github.x402spring.facilitator.evm;

import java.math.BigInteger;

import org.junit.jupiter.api.Test;

import io.github.x402spring.facilitator.evm.Transfer.Attempt;

import static org.assertj.core.api.Assertions.assertThat;

class SentTransactionTests {

    private final SentTransaction transaction = SentTransaction
        .of(new Transfer(Receipts.presented(), false, BigInteger.TEN), attempt("0xaa"), Receipts.NOW);

    @Test
    void countPassedOverWhenBlocksComeWithoutItThenCountsLooksWithANewBlock() {
        assertThat(passedOver(10)).isZero();
        assertThat(passedOver(10)).isZero();
        assertThat(passedOver(11)).isEqualTo(1);
        assertThat(passedOver(15)).isEqualTo(2);
        assertThat(passedOver(14)).isEqualTo(2);
        this.transaction.replaceBy(attempt("0xbb"));
        assertThat(passedOver(16)).isEqualTo(1);
        assertThat(this.transaction.attempt()).hasToString("0xbb");
    }

    @Test
    void countUsedWhenALookSaysOtherwiseThenStartsAnew() {
        assertThat(this.transaction.countUsed(true)).isEqualTo(1);
        assertThat(this.transaction.countUsed(true)).isEqualTo(2);
        assertThat(this.transaction.countUsed(false)).isZero();
        assertThat(this.transaction.countUsed(true)).isEqualTo(1);
    }

    @Test
    void countRejectedWhenAReplyProvesNothingThenStartsAnew() {
        assertThat(this.transaction.countRejected(true)).isEqualTo(1);
        assertThat(this.transaction.countRejected(false)).isZero();
        assertThat(this.transaction.countRejected(true)).isEqualTo(1);
    }

    private int passedOver(long block) {
        return this.transaction.countPassedOver(BigInteger.valueOf(block));
    }

    private static Attempt attempt(String hash) {
        return new Attempt(BigInteger.ZERO, hash, "0x", BigInteger.ONE, BigInteger.ONE);
    }

}
