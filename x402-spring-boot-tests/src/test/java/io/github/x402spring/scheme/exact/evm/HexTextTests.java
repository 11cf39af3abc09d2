package io.github.x402spring.scheme.exact.evm;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class HexTextTests {

    @ParameterizedTest
    @ValueSource(strings = { "0x0000", "0xabcd", "0xABCD", "0x09aF" })
    void matchesWhenPrefixAndDigitsThenTrue(String text) {
        assertThat(HexText.matches(text, 4)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "0x", "0xabc", "0xabcde", "abcdef", "0Xabcd", "0xabcg", "0xab d", "0xabc\n",
            "0x\uff11bcd", "0x\u0661bcd", "0x-bcd", "x0abcd" })
    void matchesWhenAnythingElseThenFalse(String text) {
        assertThat(HexText.matches(text, 4)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({ "0xabcdef0123456789, false", "0xA, true", "0xabcdeF, true", "0x, false", "0x9, false" })
    void hasUpperCaseWhenADigitIsInUpperCaseThenTrue(String text, boolean upperCase) {
        assertThat(HexText.hasUpperCase(text)).isEqualTo(upperCase);
    }

}
