package io.github.x402spring.protocol;

import java.util.Map;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

@Tag("locale")
class PaymentPayloadTests {

    @Test
    void toStringWhenPayloadHasASignatureThenShowsTheVersionOnly() {
        PaymentPayload payload = new PaymentPayload(2, Map.of("payload", Map.of("signature", "0xcheque")));
        assertThat(payload.payload()).containsEntry("signature", "0xcheque");
        assertThat(payload).hasToString("PaymentPayload[x402Version=2]");
    }

    @Test
    void createWhenVersionIsUnknownThenRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new PaymentPayload(3, Map.of("payload", Map.of())));
        assertThatIllegalArgumentException().isThrownBy(() -> new PaymentPayload(0, Map.of("payload", Map.of())));
    }

    @Test
    void createWhenPayloadIsNoObjectThenRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new PaymentPayload(2, Map.of()));
        assertThatIllegalArgumentException().isThrownBy(() -> new PaymentPayload(2, Map.of("payload", "text")));
    }

}
