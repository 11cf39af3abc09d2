package io.github.x402spring.limit;

import java.time.Duration;

import org.junit.jupiter.api.Test;

import io.github.x402spring.ledger.PaymentKey;
import io.github.x402spring.protocol.Network;

import static org.assertj.core.api.Assertions.assertThat;

class ReleaseBudgetTests {

    private static final String ADDRESS = "203.0.113.7";

    private static final long WINDOW = 60_000;

    private final ReleaseBudget budget = new ReleaseBudget(new FailureLimits(2, 3, 4, Duration.ofMillis(WINDOW)));

    @Test
    void waitWhenOneAuthorizationIsReleasedTooOftenThenItWaitsAndOthersOfItsPayerDoNot() {
        PaymentKey payment = key("0xa", "0x1");
        this.budget.released(payment, ADDRESS, 0);
        assertThat(this.budget.spentAny()).isFalse();
        assertThat(this.budget.wait(payment, ADDRESS, 0)).isZero();
        this.budget.released(payment, ADDRESS, 1);
        assertThat(this.budget.spentAny()).isTrue();
        assertThat(this.budget.wait(payment, ADDRESS, 1)).isPositive().isLessThanOrEqualTo(WINDOW);
        assertThat(this.budget.wait(payment, 1)).isPositive();
        assertThat(this.budget.wait(key("0xa", "0x2"), ADDRESS, 1)).isZero();
    }

    @Test
    void waitWhenAPayerReleasesTooManyThenAllOfItsWaitAndOthersBehindTheAddressDoNot() {
        for (int i = 0; i < 3; i++) {
            this.budget.released(key("0xa", "0x" + i), ADDRESS, 0);
        }
        assertThat(this.budget.wait(key("0xa", "0xf"), ADDRESS, 0)).isPositive();
        assertThat(this.budget.wait(key("0xa", "0xf"), 0)).isZero();
        assertThat(this.budget.wait(key("0xb", "0xf"), ADDRESS, 0)).isZero();
    }

    @Test
    void waitWhenAnAddressReleasesTooManyThenItWaitsAndOthersDoNot() {
        for (int i = 0; i < 4; i++) {
            this.budget.released(key("0x" + i, "0x1"), ADDRESS, 0);
        }
        assertThat(this.budget.wait(key("0xa", "0xf"), ADDRESS, 0)).isPositive();
        assertThat(this.budget.wait(key("0xa", "0xf"), "198.51.100.1", 0)).isZero();
        assertThat(this.budget.wait(key("0xa", "0xf"), null, 0)).isZero();
    }

    @Test
    void waitWhenTheWindowIsOverThenNot() {
        PaymentKey payment = key("0xa", "0x1");
        this.budget.released(payment, ADDRESS, 0);
        this.budget.released(payment, ADDRESS, 0);
        assertThat(this.budget.wait(payment, ADDRESS, WINDOW - 1)).isPositive();
        assertThat(this.budget.wait(payment, ADDRESS, 2 * WINDOW + 1)).isZero();
    }

    @Test
    void failedWhenRepeatedThenOnlyThePaymentItselfWaits() {
        for (int i = 0; i < 10; i++) {
            this.budget.failed(key("0xa", "0x1"), 0);
        }
        assertThat(this.budget.wait(key("0xa", "0x1"), ADDRESS, 0)).isPositive();
        assertThat(this.budget.wait(key("0xa", "0x2"), ADDRESS, 0)).isZero();
    }

    @Test
    void rejectedWhenFromManyWalletsThenTheirAddressWaits() {
        for (int i = 0; i < 4; i++) {
            this.budget.rejected(key("0x" + i, "0x1"), ADDRESS, 0);
        }
        assertThat(this.budget.wait(key("0xa", "0xf"), ADDRESS, 0)).isPositive();
        assertThat(this.budget.wait(key("0x0", "0xf"), "198.51.100.1", 0)).isZero();
    }

    @Test
    void waitWhenNothingIsLimitedThenNever() {
        ReleaseBudget none = new ReleaseBudget(FailureLimits.NONE);
        for (int i = 0; i < 1000; i++) {
            none.released(key("0xa", "0x1"), ADDRESS, 0);
        }
        assertThat(none.spentAny()).isFalse();
        assertThat(none.wait(key("0xa", "0x1"), ADDRESS, 0)).isZero();
    }

    private static PaymentKey key(String payer, String nonce) {
        return new PaymentKey(Network.parse("base-sepolia"), "0xt", payer, nonce);
    }

}
