package io.github.x402spring.e2e;

import java.io.IOException;
import java.net.Socket;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

import io.github.x402spring.Eventually;
import io.github.x402spring.PaidEndpoint;
import io.github.x402spring.PaymentFlow;
import io.github.x402spring.e2e.RawHttp.Answer;
import io.github.x402spring.test.TestWallet;

import static org.assertj.core.api.Assertions.assertThat;

class HeldMemoryLimitTests {

    private static final int LARGE = 60_000;

    private PaidApp app;

    @BeforeEach
    void start() {
        this.app = PaidApp.start(List.of(Shop.class, Large.class, CircuitTests.OwnFacilitator.class),
                "x402.web.max-held-memory=100KB");
    }

    @AfterEach
    void stop() {
        this.app.close();
    }

    @Test
    void payWhenOthersHoldTheMemoryThenIsNotChargedAndThePaymentStaysValid() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        this.app.bean(LargeController.class).onWritten(() -> {
            begun.countDown();
            await(end);
        });
        FutureTask<Answer> first = new FutureTask<>(() -> this.app.http().get("/large", payment("/large")));
        Thread.ofVirtual().start(first);
        begun.await();
        String second = payment("/large");
        Answer refused = this.app.http().get("/large", second);
        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.reason()).isEqualTo("temporarily_unavailable");
        assertThat(refused.json().at("/payment/charged").asString()).isEqualTo("no");
        assertThat(refused.header("Retry-After")).isNotNull();
        assertThat(this.app.facilitator().settlements()).isEmpty();
        Answer upfront = this.app.http().get("/large-upfront", payment("/large-upfront"));
        assertThat(upfront.status()).isEqualTo(200);
        assertThat(upfront.body()).hasSize(LARGE);
        assertThat(this.app.http().get("/a", payment("/a")).status()).isEqualTo(200);

        end.countDown();
        assertThat(first.get().body()).hasSize(LARGE);
        assertThat(this.app.http().get("/large", second).status()).isEqualTo(200);
    }

    @Test
    void payWhenOthersHoldTheMemoryThenABodyIsRefusedBeforeThePaymentIsUsed() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        this.app.bean(LargeController.class).onWritten(() -> {
            begun.countDown();
            await(end);
        });
        FutureTask<Answer> first = new FutureTask<>(() -> this.app.http().get("/large", payment("/large")));
        Thread.ofVirtual().start(first);
        begun.await();
        String body = "x".repeat(LARGE);
        String payment = PaidApp.signature(TestWallet.create().pay(this.app.terms("POST", "/a"), Instant.now()));
        int verified = this.app.facilitator().verifications().size();
        Answer refused = this.app.http().send("POST", "/a", body, payment, "Content-Type: text/plain");
        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.reason()).isEqualTo("temporarily_unavailable");
        assertThat(refused.json().at("/payment/charged").asString()).isEqualTo("no");
        assertThat(refused.header("Retry-After")).isNotNull();
        assertThat(this.app.facilitator().verifications()).hasSize(verified);

        end.countDown();
        assertThat(first.get().body()).hasSize(LARGE);
        for (int i = 0; i < 5; i++) {
            Answer served = this.app.http().send("POST", "/a", body, payment, "Content-Type: text/plain");
            assertThat(served.status()).isEqualTo((i == 0) ? 200 : 409);
        }
    }

    @Test
    void payWhenOneAfterTheOtherIsHeldThenMemoryIsGivenBackHoweverItEnds() {
        for (int i = 0; i < 5; i++) {
            assertThat(this.app.http().get("/large", payment("/large")).status()).isEqualTo(200);
            assertThat(this.app.http().get("/large-failed", payment("/large-failed")).status()).isEqualTo(500);
            assertThat(this.app.http().get("/large-error", payment("/large-error")).status()).isEqualTo(400);
        }
    }

    @Test
    void presentPaymentWhereNothingIsPaidThenMemoryOfTheBodyIsGivenBackHoweverItEnds() {
        String body = "x".repeat(LARGE);
        for (String free : List.of("/free", "/free-async", "/free-async-twice", "/free-async-failed")) {
            for (int i = 0; i < 5; i++) {
                int status = this.app.http()
                    .send("POST", free, body, "PAYMENT-SIGNATURE: x", "Content-Type: text/plain")
                    .status();
                assertThat(status).as(free).isNotIn(400, 503);
            }
            Eventually.await("a response of " + LARGE + " bytes finds room after " + free,
                    () -> this.app.http().get("/large", payment("/large")).status() == 200);
        }
    }

    @Test
    void payWhenStrangersSendBodiesSlowlyThenPaymentsWithABodyAreServed() throws Exception {
        int length = 20_000;
        List<Socket> slow = new ArrayList<>();
        try {
            for (int i = 0; i < 5; i++) {
                slow.add(this.app.http()
                    .begin("POST", "/free", length, length - 1, "PAYMENT-SIGNATURE: x", "Content-Type: text/plain"));
            }
            assertServed(length);
        }
        finally {
            for (Socket socket : slow) {
                socket.close();
            }
        }
    }

    /** Wallets cost nothing. */
    @Test
    void payWhenStrangersSendSignedBodiesSlowlyThenPaymentsWithoutABodyAreServed() throws Exception {
        int length = 20_000;
        List<Socket> slow = new ArrayList<>();
        try {
            for (int i = 0; i < 5; i++) {
                String payment = PaidApp
                    .signature(TestWallet.create().pay(this.app.terms("POST", "/a"), Instant.now()));
                slow.add(this.app.http().begin("POST", "/a", length, length - 1, payment, "Content-Type: text/plain"));
            }
            Eventually.await("the bodies take all that bodies may",
                    () -> this.app.http()
                        .send("POST", "/a", "x".repeat(length),
                                PaidApp.signature(TestWallet.create().pay(this.app.terms("POST", "/a"), Instant.now())),
                                "Content-Type: text/plain")
                        .status() == 503);
            assertThat(this.app.http().get("/small", payment("/small")).status()).isEqualTo(200);
        }
        finally {
            for (Socket socket : slow) {
                socket.close();
            }
        }
    }

    private void assertServed(int length) {
        for (int i = 0; i < 20; i++) {
            String payment = PaidApp.signature(TestWallet.create().pay(this.app.terms("POST", "/a"), Instant.now()));
            assertThat(this.app.http()
                .send("POST", "/a", "x".repeat(length), payment, "Content-Type: text/plain")
                .status()).isEqualTo(200);
        }
    }

    private String payment(String target) {
        return PaidApp.signature(TestWallet.create().pay(this.app.terms(target), Instant.now()));
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        }
        catch (InterruptedException ex) {
            throw new IllegalStateException(ex);
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Large {

        @Bean
        @Order(Ordered.HIGHEST_PRECEDENCE)
        SecurityFilterChain freeChain(HttpSecurity http) {
            return http.securityMatcher("/free*").csrf(AbstractHttpConfigurer::disable).build();
        }

        @Bean
        LargeController largeController() {
            return new LargeController();
        }

    }

    @RestController
    static class LargeController {

        private volatile Runnable written = () -> {
        };

        void onWritten(Runnable action) {
            this.written = action;
        }

        @GetMapping("/large")
        @PaidEndpoint(price = "$0.01", authorize = "permitAll")
        void large(HttpServletResponse response) throws Exception {
            response.getOutputStream().write(new byte[LARGE]);
            Runnable once = this.written;
            this.written = () -> {
            };
            once.run();
        }

        @GetMapping("/small")
        @PaidEndpoint(price = "$0.01", authorize = "permitAll")
        byte[] small() {
            return new byte[LARGE / 4];
        }

        @PostMapping("/free")
        int free(@RequestBody String body) {
            return body.length();
        }

        @PostMapping("/free-async")
        Callable<Integer> freeAsync(@RequestBody String body) {
            return body::length;
        }

        @PostMapping("/free-async-twice")
        void freeAsyncTwice(HttpServletRequest request, HttpServletResponse response) throws IOException {
            request.getInputStream().readAllBytes();
            AsyncContext async = request.startAsync(request, response);
            if (request.getDispatcherType() == DispatcherType.ASYNC) {
                async.complete();
            }
            else {
                async.dispatch();
            }
        }

        @PostMapping("/free-async-failed")
        Callable<Integer> freeAsyncFailed(@RequestBody String body) {
            return () -> {
                throw new IllegalStateException("failed");
            };
        }

        @GetMapping("/large-upfront")
        @PaidEndpoint(price = "$0.01", authorize = "permitAll", flow = PaymentFlow.UPFRONT)
        byte[] upfront() {
            return new byte[LARGE];
        }

        @GetMapping("/large-failed")
        @PaidEndpoint(price = "$0.01", authorize = "permitAll")
        void failed(HttpServletResponse response) throws Exception {
            response.getOutputStream().write(new byte[LARGE]);
            throw new IllegalStateException("failed");
        }

        @GetMapping("/large-error")
        @PaidEndpoint(price = "$0.01", authorize = "permitAll")
        void error(HttpServletResponse response) throws Exception {
            response.setStatus(400);
            response.getOutputStream().write(new byte[LARGE]);
        }

    }

}
