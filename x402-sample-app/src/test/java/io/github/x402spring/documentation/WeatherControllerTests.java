package io.github.x402spring.documentation;

import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.webmvc.test.autoconfigure.WebMvcTest;
import org.springframework.test.web.servlet.assertj.MockMvcTester;

import io.github.x402spring.security.RevocationRegistry;
import io.github.x402spring.test.TestPayment;
import io.github.x402spring.test.TestWallet;
import io.github.x402spring.test.autoconfigure.AutoConfigureX402;

import static io.github.x402spring.decision.Decision.DENY;
import static io.github.x402spring.security.RevocationRegistry.Kind.PAYER;
import static io.github.x402spring.test.X402Assertions.assertThat;
import static io.github.x402spring.test.X402Payments.paid;
import static org.assertj.core.api.Assertions.assertThat;
import static org.springframework.http.MediaType.IMAGE_PNG;

@WebMvcTest(WeatherController.class)
@AutoConfigureX402
class WeatherControllerTests {

    @Test
    void weather(@Autowired MockMvcTester mvc, @Autowired RevocationRegistry revocations) {
        assertThat(mvc.get().uri("/weather").exchange()).isPaymentRequired().forPrice("$0.01");
        assertThat(mvc.get().uri("/weather").accept(IMAGE_PNG).with(paid()).exchange()).hasStatus(406).isNotCharged();
        TestPayment payment = paid("$0.01");
        assertThat(mvc.get().uri("/weather").with(payment).exchange()).hasStatus(200).isSettled();
        assertThat(mvc.get().uri("/weather").with(paid().replayOf(payment)).exchange()).hasStatus(409);
        revocations.revoke(PAYER, TestWallet.named("buyer").address());
        assertThat(mvc.get().uri("/weather").with(paid()).exchange()).isNotCharged().hasDecision(DENY);
    }

}
