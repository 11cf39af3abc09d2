package io.github.x402spring.security;

import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

@Tag("locale")
class LogTextTests {

    @ParameterizedTest
    @MethodSource("lines")
    void lineWhenTextComesFromElsewhereThenOneLineOfVisibleCharacters(String text, String line) {
        assertThat(LogText.line(text)).isEqualTo(line);
    }

    static Stream<Arguments> lines() {
        return Stream.of(arguments("", ""),
                arguments("gold plan (50 %), since 2024: {a=1}", "gold plan (50 %), since 2024: {a=1}"),
                arguments("Tromsø 東京 🎉", "Tromsø 東京 🎉"), arguments("a\r\nERROR forged", "a??ERROR forged"),
                arguments("a\tb\u0000c\u007fd", "a?b?c?d"), arguments("\u001b[31mred", "?[31mred"),
                arguments("a\u0085b\u009bc", "a?b?c"), arguments("a\u2028b\u2029c", "a?b?c"),
                arguments("\u202egnp.exe", "?gnp.exe"), arguments("a\u200bb\ufeffc\u00add", "a?b?c?d"),
                arguments("\ud83c", "?"), arguments("\udf89x", "?x"), arguments("\udb40\udc41", "?"),
                arguments("a".repeat(512), "a".repeat(512)), arguments("a".repeat(513), "a".repeat(512)),
                arguments("a".repeat(511) + "🎉", "a".repeat(511)),
                arguments("a".repeat(510) + "🎉🎉", "a".repeat(510) + "🎉"));
    }

    @Test
    void lineWhenAnyCharacterStandsInItThenNoneThatMovesTheCursorStays() {
        String all = IntStream.rangeClosed(0, Character.MAX_CODE_POINT)
            .mapToObj(Character::toString)
            .map(LogText::line)
            .reduce("", (seen, line) -> line.codePoints().allMatch(LogTextTests::visible) ? seen : seen + line);
        assertThat(all).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("names")
    void nameWhenTextComesFromElsewhereThenShortAndPlain(String text, String name) {
        assertThat(LogText.name(text)).isEqualTo(name);
    }

    static Stream<Arguments> names() {
        return Stream.of(arguments("gold plan v1.2:a_b-c", "gold plan v1.2:a_b-c"),
                arguments("{}${jndi:ldap://x}", "????jndi:ldap:??x?"), arguments("ø\n", "??"),
                arguments("n".repeat(65), "n".repeat(64)));
    }

    private static boolean visible(int character) {
        return switch (Character.getType(character)) {
            case Character.CONTROL, Character.FORMAT, Character.SURROGATE, Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR ->
                false;
            default -> true;
        };
    }

}
