package io.github.x402spring.protocol;

import java.util.List;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class NearestNameTests {

    @ParameterizedTest
    @CsvSource(nullValues = "none", textBlock = """
            base-sepola,    base-sepolia
            BASE,           base
            Base-Sepolia,   base-sepolia
            bse,            base
            basee,          base
            polgyon,        polygon
            POLYGON-AMOI,   polygon-amoy
            dogechain,      none
            '',             none
            x,              none
            """)
    void ofWhenTypedThenTheNameThatWasMeant(String text, @Nullable String expected) {
        assertThat(NearestName.of(text, List.of("polygon-amoy", "base-sepolia", "base", "polygon")).orElse(null))
            .isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({ "abc, abd", "abd, abd" })
    void ofWhenSeveralAreAsNearThenTheFirstInOrder(String text, String expected) {
        assertThat(NearestName.of("abx", List.of("abe", text, "abd"))).contains(text.equals("abc") ? "abc" : expected);
    }

}
