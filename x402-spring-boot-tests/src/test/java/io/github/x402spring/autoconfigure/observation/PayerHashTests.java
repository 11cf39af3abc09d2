package io.github.x402spring.autoconfigure.observation;

import java.util.Locale;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

@Tag("locale")
class PayerHashTests {

    private static final String PAYER = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";

    private final PayerHash hash = new PayerHash("a key of sixteen");

    @Test
    void ofWhenTheCaseDiffersThenIsTheSame() {
        assertThat(this.hash.of(PAYER)).isEqualTo(this.hash.of(PAYER.toLowerCase(Locale.ROOT))).matches("[0-9a-f]{32}");
    }

    @Test
    void ofWhenTheKeyIsKnownThenIsAnHmac() {
        assertThat(this.hash.of("abc")).isEqualTo("076c51cefc23ae128eaa6f30c72807d4");
    }

    @Test
    void ofWhenPayersDifferThenDiffers() {
        assertThat(this.hash.of(PAYER)).isNotEqualTo(this.hash.of(PAYER.replace("C8", "C9")));
    }

    @Test
    void ofWhenKeysDifferThenDiffers() {
        assertThat(new PayerHash("another key of 16").of(PAYER)).isNotEqualTo(this.hash.of(PAYER));
        assertThat(PayerHash.random().of(PAYER)).isNotEqualTo(PayerHash.random().of(PAYER));
    }

    @Test
    void createWhenTheKeyIsShortThenRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new PayerHash("fifteen letters"));
    }

}
