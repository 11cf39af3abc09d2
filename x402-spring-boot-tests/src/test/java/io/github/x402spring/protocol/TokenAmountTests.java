package io.github.x402spring.protocol;

import java.math.BigInteger;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

@Tag("locale")
class TokenAmountTests {

    private static final BigInteger MAX = BigInteger.TWO.pow(256).subtract(BigInteger.ONE);

    @ParameterizedTest
    @ValueSource(strings = { "0", "1", "10000",
            "115792089237316195423570985008687907853269984665640564039457584007913129639935" })
    void tryParseWhenWireFormThenSameText(String text) {
        assertThat(TokenAmount.tryParse(text)).get().hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(strings = { "", " ", "+1", "-1", "-0", "01", "00", "1e3", "1E3", "1.0", "1.", ".1", "0x1", "1 ", " 1",
            "1\n", "1_000", "1,000", "\uff11", "\u0661", "\u0967", "1\u0660", "\ud835\udfcf", "NaN", "Infinity",
            "115792089237316195423570985008687907853269984665640564039457584007913129639936",
            "1000000000000000000000000000000000000000000000000000000000000000000000000000000" })
    void tryParseWhenAnyOtherFormThenEmpty(String text) {
        assertThat(TokenAmount.tryParse(text)).isEmpty();
    }

    @Test
    void tryParseWhenLengthIsAnyThenExact() {
        for (int digits = 1; digits < 78; digits++) {
            BigInteger next = BigInteger.TEN.pow(digits);
            assertThat(TokenAmount.tryParse("9".repeat(digits)))
                .hasValue(new TokenAmount(next.subtract(BigInteger.ONE)));
            assertThat(TokenAmount.tryParse(next.toString())).hasValue(new TokenAmount(next));
        }
    }

    @Test
    void createWhenOutsideUint256ThenRefused() {
        assertThat(new TokenAmount(MAX)).isGreaterThan(TokenAmount.of(Long.MAX_VALUE));
        assertThatIllegalArgumentException().isThrownBy(() -> new TokenAmount(MAX.add(BigInteger.ONE)));
        assertThatIllegalArgumentException().isThrownBy(() -> TokenAmount.of(-1));
    }

}
