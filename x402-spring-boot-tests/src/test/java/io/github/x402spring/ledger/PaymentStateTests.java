package io.github.x402spring.ledger;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class PaymentStateTests {

    @ParameterizedTest
    @CsvSource({ "RESERVED, false, false", "SETTLING, false, false", "SETTLED, false, false", "UNKNOWN, true, false",
            "UNRESOLVED, true, true", "USED_ELSEWHERE, false, true", "RELEASED, false, false" })
    void stateWhenAskedThenSaysWhoMayEndThePaymentAndWhetherItEnded(PaymentState state, boolean resolvable,
            boolean ended) {
        assertThat(state.resolvable()).isEqualTo(resolvable);
        assertThat(state.ended()).isEqualTo(ended);
    }

}
