package io.github.x402spring.limit;

import java.time.Duration;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class FailureLimitsTests {

    @ParameterizedTest
    @CsvSource({ "0, 0, PT1S", "100, 0, PT1S", "0, 2147483647, PT1S", "1, 1, P1D" })
    void createWhenJustWithinTheBoundsThenAsGiven(int perPayer, int perAddress, Duration window) {
        FailureLimits limits = FailureLimits.failed(perPayer, perAddress, window);
        assertThat(limits.perPayer()).isEqualTo(perPayer);
        assertThat(limits.perAddress()).isEqualTo(perAddress);
        assertThat(limits.window()).isEqualTo(window);
    }

    @ParameterizedTest
    @CsvSource({ "-1, 0, PT1S, perPayer", "101, 0, PT1S, perPayer", "0, -1, PT1S, perAddress", "0, 0, PT0.999S, window",
            "0, 0, PT24H0.001S, window", "0, 0, PT-1S, window" })
    void createWhenJustOutsideThenSaysWhichIs(int perPayer, int perAddress, Duration window, String named) {
        assertThatIllegalArgumentException().isThrownBy(() -> FailureLimits.failed(perPayer, perAddress, window))
            .withMessageContaining("'" + named + "'");
    }

}
