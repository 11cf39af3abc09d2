package io.github.x402spring.protocol;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

@Tag("locale")
class RailTests {

    @Test
    void valueWhenNamedThenAsInLedgers() {
        assertThat(Rail.X402.value()).isEqualTo("x402");
        assertThat(Rail.MPP.value()).isEqualTo("mpp");
    }

    @ParameterizedTest
    @EnumSource
    void ofWhenNameIsOfARailThenThatRail(Rail rail) {
        assertThat(Rail.of(rail.value())).isEqualTo(rail);
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "X402", "l402" })
    void ofWhenNameIsOfNoRailThenRefused(String value) {
        assertThatIllegalArgumentException().isThrownBy(() -> Rail.of(value));
    }

}
