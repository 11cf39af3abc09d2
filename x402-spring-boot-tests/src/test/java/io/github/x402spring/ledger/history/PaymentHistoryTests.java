package io.github.x402spring.ledger.history;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

@Tag("locale")
class PaymentHistoryTests {

    @ParameterizedTest
    @ValueSource(ints = { 1, 2, 500 })
    void checkLimitWhenAPageHasRoomThenTheSame(int limit) {
        assertThat(PaymentHistory.checkLimit(limit)).isEqualTo(limit);
    }

    @ParameterizedTest
    @ValueSource(ints = { Integer.MIN_VALUE, -1, 0, 501, Integer.MAX_VALUE })
    void checkLimitWhenNoPageHasRoomThenRefused(int limit) {
        assertThatIllegalArgumentException().isThrownBy(() -> PaymentHistory.checkLimit(limit));
    }

}
