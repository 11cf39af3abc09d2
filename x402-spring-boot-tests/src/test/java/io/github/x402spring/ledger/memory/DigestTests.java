package io.github.x402spring.ledger.memory;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

@Tag("locale")
class DigestTests {

    private static final String ZEROS = "0".repeat(64);

    @Test
    void ofWhenThereAre64DigitsThenEachOf16HasItsPlace() {
        assertThat(Digest.of("0000000000000001" + "0000000000000002" + "000000000000000a" + "ffffffffffffffff"))
            .isEqualTo(new Digest(1, 2, 10, -1));
    }

    @ParameterizedTest
    @ValueSource(ints = { 0, 15, 16, 31, 32, 47, 48, 63 })
    void ofWhenOneDigitDiffersThenDiffers(int position) {
        String other = ZEROS.substring(0, position) + "1" + ZEROS.substring(position + 1);
        assertThat(Digest.of(other)).isNotEqualTo(Digest.of(ZEROS));
    }

    @Test
    void ofWhenTheDigitsAreCapitalsThenTheSame() {
        assertThat(Digest.of("AB".repeat(32))).isEqualTo(Digest.of("ab".repeat(32)));
    }

    @Test
    void ofWhenItIsNoDigestThenRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> Digest.of("g".repeat(64)));
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> Digest.of("0".repeat(63)));
    }

}
