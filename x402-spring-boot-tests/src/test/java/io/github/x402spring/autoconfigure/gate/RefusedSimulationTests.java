package io.github.x402spring.autoconfigure.gate;

import java.util.Map;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;

import io.github.x402spring.autoconfigure.PaidApplication;
import io.github.x402spring.facilitator.Facilitator;
import io.github.x402spring.facilitator.FacilitatorNotReachedException;
import io.github.x402spring.protocol.PaymentPayload;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.ResourceInfo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** Code that takes the gate and sells without saying so to the configuration. */
class RefusedSimulationTests {

    private static final ResourceInfo RESOURCE = new ResourceInfo("https://api.example.com/advice", "", "");

    private static final PaymentRequirements TERMS = AdviceDesk.TERMS;

    private static final PaymentPayload PAYMENT = new PaymentPayload(2, Map.of("payload", Map.of()));

    private final WebApplicationContextRunner runner = PaidApplication.runner();

    @ParameterizedTest
    @ValueSource(strings = { "prod", "production", "LIVE" })
    void facilitatorWhenItSimulatesInProductionThenTakesNothing(String profile) {
        this.runner.withPropertyValues("spring.profiles.active=" + profile).run((context) -> {
            Facilitator facilitator = context.getBean(ProtectedFacilitator.class).facilitator();
            assertThat(facilitator.simulated()).isTrue();
            assertThatExceptionOfType(FacilitatorNotReachedException.class)
                .isThrownBy(() -> facilitator.verify(PAYMENT, TERMS, RESOURCE));
            assertThatExceptionOfType(FacilitatorNotReachedException.class)
                .isThrownBy(() -> facilitator.settle(PAYMENT, TERMS, RESOURCE));
        });
    }

    @ParameterizedTest
    @ValueSource(strings = { "dev", "product" })
    void facilitatorWhenItSimulatesElsewhereThenJudges(String profile) {
        this.runner.withPropertyValues("spring.profiles.active=" + profile).run((context) -> {
            Facilitator facilitator = context.getBean(ProtectedFacilitator.class).facilitator();
            assertThat(facilitator.verify(PAYMENT, TERMS, RESOURCE).valid()).isFalse();
        });
    }

}
