package io.github.x402spring.webmvc.hold;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class HeldExtentTests {

    @ParameterizedTest
    @CsvSource({ "PART, false, false", "PART, true, false", "BEGINNING, false, true", "BEGINNING, true, true",
            "WHOLE, false, true", "WHOLE, true, false" })
    void leavesNowWhenNobodyElseSendsItThenTrue(HeldExtent extent, boolean ending, boolean now) {
        assertThat(extent.leavesNow(ending)).isEqualTo(now);
    }

    @ParameterizedTest
    @CsvSource({ "WHOLE, 200, true", "WHOLE, 404, true", "WHOLE, 204, false", "WHOLE, 205, false", "WHOLE, 304, false",
            "BEGINNING, 200, false", "PART, 200, false" })
    void givesLengthWhenAllIsThereAndTheStatusHasABodyThenTrue(HeldExtent extent, int status, boolean length) {
        assertThat(extent.givesLength(status)).isEqualTo(length);
    }

}
