package io.github.x402spring.facilitator;

import java.util.Map;

import org.junit.jupiter.api.Test;

import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.PaymentPayload;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.ResourceInfo;
import io.github.x402spring.protocol.TokenAmount;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class NoFacilitatorTests {

    private final Facilitator facilitator = Facilitator.none();

    @Test
    void kindWhenNoneThenNone() {
        assertThat(this.facilitator.kind()).isEqualTo(Facilitator.Kind.NONE);
    }

    @Test
    void verifyAndSettleWhenCalledAllTheSameThenNotReached() throws Exception {
        PaymentPayload payload = new PaymentPayload(2, Map.of("payload", Map.of()));
        PaymentRequirements requirements = new PaymentRequirements("exact", Network.parse("base"), TokenAmount.of(1),
                "0xA", "0xB", 60, Map.of());
        ResourceInfo resource = new ResourceInfo("https://api.example.test/r", "", "");
        assertThatExceptionOfType(FacilitatorNotReachedException.class)
            .isThrownBy(() -> this.facilitator.verify(payload, requirements, resource));
        assertThatExceptionOfType(FacilitatorNotReachedException.class)
            .isThrownBy(() -> this.facilitator.settle(payload, requirements, resource));
        assertThat(this.facilitator.supported()).isEmpty();
    }

}
