package io.github.x402spring.autoconfigure.security;

import java.util.Base64;
import java.util.Random;
import java.util.function.Predicate;
import java.util.stream.Stream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.security.web.firewall.StrictHttpFirewall;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class AllowedHeaderValuesTests {

    private static final Predicate<String> DEFAULT = StrictHttpFirewall.ALLOWED_HEADER_VALUES;

    private final AllowedHeaderValues values = new AllowedHeaderValues();

    @ParameterizedTest
    @ValueSource(strings = { "%s", "%sQUJD", "QU%sJD", "QUJD%s" })
    void testWhenAnyCharacterIsInBase64ThenIsAsSpringSecurityByDefault(String template) {
        for (int character = 0; character <= Character.MAX_CODE_POINT; character++) {
            String value = template.replace("%s", Character.toString(character));
            assertSame(value);
        }
    }

    @Test
    void testWhenCharactersAreDrawnThenIsAsSpringSecurityByDefault() {
        Random random = new Random(402);
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = new byte[random.nextInt(90)];
            random.nextBytes(bytes);
            StringBuilder value = new StringBuilder(Base64.getEncoder().encodeToString(bytes));
            for (int changes = random.nextInt(3); changes > 0 && !value.isEmpty(); changes--) {
                value.setCharAt(random.nextInt(value.length()), (char) random.nextInt(1 << (7 + random.nextInt(10))));
            }
            assertSame(value.toString());
        }
    }

    static Stream<String> rejected() {
        return Stream.of("\0", "\n", "\r", "\u001b", "\u007f", "\u0085", "\uffff", "\u0378");
    }

    @ParameterizedTest
    @MethodSource("rejected")
    void testWhenCharacterIsNoTextThenIsRejected(String character) {
        assertThat(this.values.test("QUJD" + character)).isFalse();
        assertThat(this.values.test(character + "QUJD")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "QUJD", "QUI=", "QQ==", "+/+/", "Bearer QUJD.-_~", "text/html, */*;q=0.8", "a\tb",
            "\u00e9", "\ud83d\ude00" })
    void testWhenValueIsOrdinaryThenIsAllowed(String value) {
        assertThat(this.values.test(value)).isTrue();
    }

    private void assertSame(String value) {
        if (this.values.test(value) != DEFAULT.test(value)) {
            assertThat(value.codePoints().mapToObj(Integer::toHexString)).as("judged in another way").isEmpty();
        }
    }

}
