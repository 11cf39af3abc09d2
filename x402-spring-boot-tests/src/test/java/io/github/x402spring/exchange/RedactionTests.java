package io.github.x402spring.exchange;

import java.util.Set;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class RedactionTests {

    @ParameterizedTest
    @CsvSource({ "a;b, b;c, b", "a, a.b, a.b", "a.b, a, a.b", "a, b, ''", "a.b;c, a;c.d, a.b;c.d", "ab, a, ''" })
    void andWhenCombinedThenAsStrictAsBoth(String one, String other, String both) {
        assertThat(redaction(one).and(redaction(other))).isEqualTo(redaction(both));
    }

    private static Redaction redaction(String fields) {
        return new Redaction(fields.isEmpty() ? Set.of() : Set.of(fields.split(";")));
    }

}
