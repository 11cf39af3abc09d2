package io.github.x402spring.ledger.history;

import java.math.BigInteger;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import io.github.x402spring.ledger.PaymentState;
import io.github.x402spring.protocol.Network;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class PaymentTotalTests {

    @Test
    void plusWhenAddedThenBothNumberAndAmountWhateverTheirSize() {
        BigInteger large = BigInteger.TWO.pow(255);
        assertThat(total(2, large).plus(total(3, large))).isEqualTo(total(5, BigInteger.TWO.pow(256)));
    }

    private static PaymentTotal total(long payments, BigInteger amount) {
        return new PaymentTotal("report", Network.parse("base"), "0xaa", PaymentState.SETTLED, payments, amount);
    }

}
