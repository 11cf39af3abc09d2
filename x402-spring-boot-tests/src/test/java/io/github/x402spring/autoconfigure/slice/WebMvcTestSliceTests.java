package io.github.x402spring.autoconfigure.slice;

import java.time.Instant;

import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.webmvc.test.autoconfigure.WebMvcTest;
import org.springframework.context.annotation.Import;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.test.web.servlet.assertj.MvcTestResult;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import io.github.x402spring.PaidEndpoint;
import io.github.x402spring.VerifiedPayment;
import io.github.x402spring.codec.PaymentHeaderCodec;
import io.github.x402spring.protocol.PaymentRequired;
import io.github.x402spring.test.TestWallet;

import static org.assertj.core.api.Assertions.assertThat;

@WebMvcTest(properties = "x402.pay-to=0x70997970C51812dc3A010C7d01b50e0d17dc79C8")
@Import(WebMvcTestSliceTests.QuoteController.class)
class WebMvcTestSliceTests {

    private final MockMvcTester mvc;

    private final PaymentHeaderCodec codec;

    WebMvcTestSliceTests(@Autowired MockMvcTester mvc, @Autowired PaymentHeaderCodec codec) {
        this.mvc = mvc;
        this.codec = codec;
    }

    @Test
    void sliceWhenUnpaidThenChallenged() {
        assertThat(this.mvc.get().uri("/quote")).hasStatus(402)
            .headers()
            .hasHeaderSatisfying("PAYMENT-REQUIRED", (values) -> assertThat(values).hasSize(1));
    }

    @Test
    void sliceWhenPaidThenServedWithReceipt() {
        MvcTestResult challenged = this.mvc.get().uri("/quote").exchange();
        PaymentRequired terms = this.codec
            .decodePaymentRequired(String.valueOf(challenged.getResponse().getHeader("PAYMENT-REQUIRED")))
            .orElseThrow();
        String payment = TestWallet.named("1").pay(terms.accepts().get(0), Instant.now()).header();
        assertThat(this.mvc.get().uri("/quote").header("PAYMENT-SIGNATURE", payment)).hasStatusOk()
            .hasBodyTextEqualTo("42")
            .containsHeader("PAYMENT-RESPONSE");
    }

    @SpringBootConfiguration
    @EnableAutoConfiguration
    static class Application {

    }

    @RestController
    static class QuoteController {

        @GetMapping("/quote")
        @PaidEndpoint(price = "$0.01", authorize = "permitAll")
        String quote(VerifiedPayment payment) {
            return "42";
        }

    }

}
