package io.github.x402spring.protocol;

import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class ForeignTextTests {

    private static final Random RANDOM = new Random(402);

    @Test
    void shownWhenThereIsNoneThenEmpty() {
        assertThat(ForeignText.shown(null, 10)).isEmpty();
        assertThat(ForeignText.shown(" \n ", 10)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = { "Insufficient funds: needs 0.01 USDC, has 0", "insufficient_funds",
            "invalid_exact_svm_payload_transaction_instructions_compute_price_instruction_too_high",
            "invalid_exact_evm_payload_authorization_valid_before", "execution reverted: FiatTokenV2: used",
            "eip155:84532", "INVALID_PAYMENT_REQUIREMENTS", "6f1c0f0e-2f0b-4c60-9d0e-3a6f2b8b9c11",
            "6F1C0F0E-2F0B-4C60-9D0E-3A6F2B8B9C11", "{\"code\": -32000, \"data\": \"0x\"}", "C:\\node" })
    void shownWhenItIsPlainThenAsItIs(String text) {
        assertThat(ForeignText.shown(text, 200)).isEqualTo(text);
    }

    @Test
    void shownWhenACharacterIsOddThenEscaped() {
        Map<String, String> texts = Map.of("a\r\nb", "a\\u000d\\u000ab", "a\u0000b", "a\\u0000b", "a\u2028b",
                "a\\u2028b", "\u202egnidnep", "\\u202egnidnep", "it's", "it\\u0027s", "a\u001b[31mred",
                "a\\u001b[31mred", "f\u0131nal", "f\\u0131nal", "\u7532", "\\u7532", "a\tb", "a\\u0009b",
                "\ud83d\ude00", "\\ud83d\\ude00");
        texts.forEach((text, shown) -> assertThat(ForeignText.shown(text, 200)).isEqualTo(shown));
    }

    @ParameterizedTest
    @ValueSource(ints = { 1, 19, 20, 96, 200 })
    void shownWhenItIsEndlessThenCut(int length) {
        for (String endless : new String[] { "a b ".repeat(100_000), "\n.".repeat(100_000), "\u202e".repeat(9999) }) {
            assertThat(ForeignText.shown(endless, length)).hasSize(length + 3).endsWith("...");
        }
    }

    static Stream<String> secrets() {
        byte[] bytes = new byte[65];
        RANDOM.nextBytes(bytes);
        String hex = HexFormat.of().formatHex(bytes);
        return Stream.of(hex, "0x" + hex, hex.toUpperCase(Locale.ROOT), hex.substring(0, 64),
                "0x" + hex.substring(0, 40), Base64.getEncoder().encodeToString(bytes),
                Base64.getUrlEncoder().encodeToString(bytes), "Bearer " + Base64.getEncoder().encodeToString(bytes),
                "key=" + hex.substring(0, 32), UUID.randomUUID() + "/" + hex.substring(0, 24));
    }

    @ParameterizedTest
    @MethodSource("secrets")
    void shownWhenItHasASecretThenNoPartOfThatIsShown(String secret) {
        String run = secret.substring(secret.indexOf(' ') + 1);
        for (String text : new String[] { secret, "invalid '" + secret + "'", "{\"signature\":\"" + secret + "\"}",
                "bad: " + secret + " " + secret }) {
            String shown = ForeignText.shown(text, 200);
            for (int at = 0; at + 8 <= run.length(); at++) {
                assertThat(shown).doesNotContain(run.substring(at, at + 8));
            }
            assertThat(shown).contains("characters]");
        }
    }

    @Test
    void shownWhenShownBeforeThenTheSame() {
        for (int i = 0; i < 10_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int length = RANDOM.nextInt(300); length > 0; length--) {
                text.append((char) (RANDOM.nextBoolean() ? RANDOM.nextInt(128) : RANDOM.nextInt(0x10000)));
            }
            int length = 1 + RANDOM.nextInt(220);
            String shown = ForeignText.shown(text.toString(), length);
            assertThat(shown).matches("[ -&(-~]*").hasSizeLessThanOrEqualTo(length + 3);
            assertThat(ForeignText.shown(shown, length)).isEqualTo(shown);
        }
    }

}
