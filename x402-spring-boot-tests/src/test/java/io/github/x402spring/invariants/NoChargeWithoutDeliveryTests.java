package io.github.x402spring.invariants;

import java.util.List;

import jakarta.servlet.http.HttpServletResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

import io.github.x402spring.PaidEndpoint;
import io.github.x402spring.PaymentFlow;
import io.github.x402spring.e2e.PaidApp;
import io.github.x402spring.e2e.PermissiveFacilitatorConfiguration;
import io.github.x402spring.e2e.RawHttp.Answer;
import io.github.x402spring.e2e.Shop;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Invariant 3: where there is nothing to deliver, {@code settle} is not called.
 */
class NoChargeWithoutDeliveryTests {

    private static PaidApp app;

    @BeforeAll
    static void start() {
        app = PaidApp.start(List.of(Shop.class, PermissiveFacilitatorConfiguration.class, Trouble.class));
    }

    @AfterAll
    static void stop() {
        app.close();
    }

    @BeforeEach
    void reset() {
        app.reset();
    }

    @ParameterizedTest
    @CsvSource({ "/a", "/trouble/status?code=204", "/trouble/number?n=1" })
    void payWhenTheHandlerDeliversThenChargedOnce(String target) {
        Answer answer = app.http().get(target, PaidApp.signature(app.pay(target)));
        assertThat(answer.status()).isBetween(200, 299);
        assertThat(PaidApp.receipt(answer)).containsEntry("success", true);
        assertThat(app.facilitator().settlements()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({ "/trouble/exception, 500", "/trouble/status?code=400, 400", "/trouble/status?code=404, 404",
            "/trouble/status?code=503, 503", "/trouble/error, 410", "/trouble/number, 400",
            "/trouble/number?n=none, 400", "/trouble/denied, 401", "/trouble/denied-upfront, 401" })
    void payWhenTheHandlerDoesNotDeliverThenNotCharged(String target, int status) {
        Answer answer = app.http().get(target, PaidApp.signature(app.pay(target)));
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.all("PAYMENT-RESPONSE")).isEmpty();
        assertThat(app.facilitator().settlements()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({ "HEAD, /a", "OPTIONS, /a", "HEAD, /upfront", "OPTIONS, /upfront" })
    void payWhenTheMethodDeliversNothingThenNotCharged(String method, String target) {
        app.http().send(method, target, null, PaidApp.signature(app.pay(target)));
        assertThat(app.facilitator().settlements()).isEmpty();
        assertThat(app.deliveries().runs()).isEmpty();
    }

    @Test
    void payWhenTheHandlerFailedThenThePaymentIsStillGood() {
        String payment = PaidApp.signature(app.pay("/a"));
        app.deliveries().onNext(() -> {
            throw new IllegalStateException("out of order");
        });
        assertThat(app.http().get("/a", payment).status()).isEqualTo(500);
        assertThat(app.facilitator().settlements()).isEmpty();
        assertThat(app.http().get("/a", payment).status()).isEqualTo(200);
        assertThat(app.facilitator().settlements()).hasSize(1);
    }

    /**
     * Answers as it is told to.
     */
    @Configuration(proxyBeanMethods = false)
    @RestController
    static class Trouble {

        @GetMapping("/trouble/exception")
        @PaidEndpoint(price = "$0.01", authorize = "permitAll")
        String exception() {
            throw new IllegalStateException("out of order");
        }

        @GetMapping("/trouble/status")
        @PaidEndpoint(price = "$0.01", authorize = "permitAll")
        ResponseEntity<String> status(@RequestParam int code) {
            return ResponseEntity.status(code).build();
        }

        @GetMapping("/trouble/error")
        @PaidEndpoint(price = "$0.01", authorize = "permitAll")
        void error(HttpServletResponse response) throws Exception {
            response.sendError(410);
        }

        @GetMapping("/trouble/number")
        @PaidEndpoint(price = "$0.01", authorize = "permitAll")
        String number(@RequestParam int n) {
            return "number " + n;
        }

        @GetMapping("/trouble/denied")
        @PaidEndpoint(price = "$0.01", authorize = "!permitAll")
        String denied() {
            return "denied";
        }

        @GetMapping("/trouble/denied-upfront")
        @PaidEndpoint(price = "$0.01", authorize = "!permitAll", flow = PaymentFlow.UPFRONT)
        String deniedUpfront() {
            return "denied";
        }

    }

}
