package io.github.x402spring.e2e;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.security.config.annotation.method.configuration.EnableMethodSecurity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.context.request.async.DeferredResult;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

import io.github.x402spring.MutableClock;
import io.github.x402spring.PaidEndpoint;
import io.github.x402spring.PaymentFlow;
import io.github.x402spring.e2e.RawHttp.Answer;
import io.github.x402spring.test.TestWallet;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Has handlers run for payments that come to nothing.
 */
@Tag("waiting")
class ReleasedPaymentTests {

    private static final int LIMIT = 20;

    private PaidApp app;

    @BeforeEach
    void start() {
        this.app = PaidApp.start(List.of(Shop.class, Ends.class, MovableTime.class, CircuitTests.OwnFacilitator.class),
                "server.forward-headers-strategy=native", "x402.payments.released.per-payer=100");
    }

    @AfterEach
    void stop() {
        this.app.close();
    }

    @ParameterizedTest
    @CsvSource({ "GET, /ends/404, 404, true", "GET, /ends/status, 404, true", "GET, /ends/image, 406, true",
            "GET, /ends/thrown, 500, true", "GET, /ends/error, 500, true", "GET, /ends/bad, 400, false",
            "GET, /ends/sent, 403, true", "GET, /ends/guarded, 403, false", "GET, /ends/vetoed, 302, false",
            "GET, /ends/late, 503, true", "GET, /ends/upfront-vetoed, 302, false",
            "PUT, /ends/precondition, 412, true" })
    void payWhenOnePaymentComesToNothingAgainAndAgainThenItHasToWaitAndStaysValid(String method, String target,
            int status, boolean runs) {
        String payment = PaidApp.signature(PaidApp.WALLET.pay(this.app.terms(method, target), Instant.now()));
        for (int i = 0; i < LIMIT; i++) {
            assertThat(send(method, target, payment).status()).isEqualTo(status);
        }
        for (int i = 0; i < 280; i++) {
            Answer refused = send(method, target, payment);
            assertThat(refused.status()).isEqualTo(429);
            assertThat(refused.header("Retry-After")).isEqualTo("60");
            assertThat(refused.all("PAYMENT-REQUIRED")).isEmpty();
            assertThat(refused.json().at("/payment/charged").asString()).isEqualTo("no");
        }
        assertThat(this.app.deliveries().runs()).hasSize(runs ? LIMIT : 0);
        assertThat(this.app.facilitator().settlements()).isEmpty();

        this.app.bean(MutableClock.class).advance(Duration.ofMinutes(1));
        assertThat(send(method, target, payment).status()).isEqualTo(status);
    }

    @Test
    void payWhenAnHonestCallerMeetsFifteenTimesNotFoundThenIsServed() {
        String payment = PaidApp.signature(this.app.pay("/ends/soon"));
        for (int i = 0; i < 15; i++) {
            assertThat(send("GET", "/ends/soon", payment).status()).isEqualTo(404);
        }
        assertThat(send("GET", "/ends/soon", payment).status()).isEqualTo(200);
        assertThat(this.app.facilitator().settlements()).hasSize(1);
    }

    @Test
    void payWhenAnotherPaymentComesToNothingThenOthersAreServed() {
        for (int i = 0; i < 5; i++) {
            String payment = PaidApp.signature(this.app.pay("/ends/404"));
            for (int again = 0; again < 40; again++) {
                send("GET", "/ends/404", payment);
            }
        }
        assertThat(this.app.deliveries().runs()).hasSize(100);
        assertThat(send("GET", "/a", PaidApp.signature(this.app.pay("/a"))).status()).isEqualTo(429);
        assertThat(send("GET", "/a", PaidApp.signature(TestWallet.create().pay(this.app.terms("/a"), Instant.now())))
            .status()).isEqualTo(200);
    }

    @Test
    void payWhenManyPayersOfOneAddressHaveHandlersRunForNothingThenTheAddressWaits() {
        for (int i = 0; i < 305; i++) {
            send("GET", "/ends/404",
                    PaidApp.signature(TestWallet.create().pay(this.app.terms("/ends/404"), Instant.now())));
        }
        assertThat(this.app.deliveries().runs()).hasSize(300);
        String payment = PaidApp.signature(TestWallet.create().pay(this.app.terms("/a"), Instant.now()));
        assertThat(this.app.http().get("/a", payment, "X-Forwarded-For: 203.0.113.8").status()).isEqualTo(200);
    }

    private Answer send(String method, String target, String payment) {
        return this.app.http()
            .send(method, target, null, payment, "X-Forwarded-For: 203.0.113.7",
                    target.endsWith("image") ? "Accept: image/png" : "Accept: */*", "If-Match: \"other\"");
    }

    @Configuration(proxyBeanMethods = false)
    @EnableMethodSecurity
    static class Ends implements WebMvcConfigurer {

        @Override
        public void addInterceptors(InterceptorRegistry registry) {
            registry.addInterceptor(new HandlerInterceptor() {

                @Override
                public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler)
                        throws Exception {
                    response.sendRedirect("/login");
                    return false;
                }

            }).addPathPatterns("/ends/vetoed", "/ends/upfront-vetoed");
        }

        @Bean
        EndsController endsController(Deliveries deliveries) {
            return new EndsController(deliveries);
        }

    }

    @RestController
    static class EndsController {

        private final Deliveries deliveries;

        EndsController(Deliveries deliveries) {
            this.deliveries = deliveries;
        }

        @GetMapping("/ends/404")
        @PaidEndpoint(price = "$0.01", authorize = "permitAll")
        ResponseEntity<String> notFound() {
            return ResponseEntity.status(HttpStatus.NOT_FOUND).body(this.deliveries.run("404"));
        }

        @GetMapping("/ends/status")
        @PaidEndpoint(price = "$0.01", authorize = "permitAll")
        String status() {
            this.deliveries.run("status");
            throw new ResponseStatusException(HttpStatus.NOT_FOUND);
        }

        @GetMapping("/ends/soon")
        @PaidEndpoint(price = "$0.01", authorize = "permitAll")
        ResponseEntity<String> soon() {
            this.deliveries.run("soon");
            return (this.deliveries.runs().size() > 15) ? ResponseEntity.ok("found")
                    : ResponseEntity.notFound().build();
        }

        @GetMapping("/ends/image")
        @PaidEndpoint(price = "$0.01", authorize = "permitAll")
        Object image() {
            this.deliveries.run("image");
            return List.of("no image");
        }

        @GetMapping("/ends/thrown")
        @PaidEndpoint(price = "$0.01", authorize = "permitAll")
        String thrown() {
            this.deliveries.run("thrown");
            throw new IllegalStateException("failed");
        }

        @GetMapping("/ends/error")
        @PaidEndpoint(price = "$0.01", authorize = "permitAll")
        String error() {
            this.deliveries.run("error");
            throw new AssertionError("failed");
        }

        @GetMapping("/ends/bad")
        @PaidEndpoint(price = "$0.01", authorize = "permitAll")
        String bad(@RequestParam int missing) {
            return this.deliveries.run("bad");
        }

        @GetMapping("/ends/sent")
        @PaidEndpoint(price = "$0.01", authorize = "permitAll")
        void sent(HttpServletResponse response) throws Exception {
            this.deliveries.run("sent");
            response.sendError(403);
        }

        @GetMapping("/ends/guarded")
        @PaidEndpoint(price = "$0.01", authorize = "permitAll")
        @PreAuthorize("denyAll")
        public String guarded() {
            return this.deliveries.run("guarded");
        }

        @GetMapping("/ends/vetoed")
        @PaidEndpoint(price = "$0.01", authorize = "permitAll")
        String vetoed() {
            return this.deliveries.run("vetoed");
        }

        @GetMapping("/ends/upfront-vetoed")
        @PaidEndpoint(price = "$0.01", authorize = "permitAll", flow = PaymentFlow.UPFRONT)
        String upfront() {
            return this.deliveries.run("upfront");
        }

        @GetMapping("/ends/late")
        @PaidEndpoint(price = "$0.01", authorize = "permitAll")
        DeferredResult<String> late() {
            this.deliveries.run("late");
            return new DeferredResult<>(50L);
        }

        @PutMapping(path = "/ends/precondition", produces = MediaType.TEXT_PLAIN_VALUE)
        @PaidEndpoint(price = "$0.01", authorize = "permitAll")
        @Nullable String precondition(WebRequest request) {
            this.deliveries.run("precondition");
            return request.checkNotModified("\"mine\"") ? null : "put";
        }

    }

}
