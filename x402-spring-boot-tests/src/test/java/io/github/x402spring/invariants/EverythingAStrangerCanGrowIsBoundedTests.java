package io.github.x402spring.invariants;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import jakarta.servlet.http.HttpServletResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

import io.github.x402spring.Eventually;
import io.github.x402spring.PaidEndpoint;
import io.github.x402spring.e2e.ObservedShop;
import io.github.x402spring.e2e.PaidApp;
import io.github.x402spring.e2e.PermissiveFacilitatorConfiguration;
import io.github.x402spring.e2e.RawHttp.Answer;
import io.github.x402spring.e2e.Together;
import io.github.x402spring.facilitator.FakeFacilitator;
import io.github.x402spring.ledger.PaymentLedger;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.ReasonCode;
import io.github.x402spring.protocol.VerifyResponse;
import io.github.x402spring.test.PaymentDraft;
import io.github.x402spring.test.TestWallet;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Invariant 9: all that a stranger can grow is bounded.
 */
@Tag("locale")
class EverythingAStrangerCanGrowIsBoundedTests {

    private static final List<Class<?>> SOURCES = List.of(ObservedShop.class, PermissiveFacilitatorConfiguration.class,
            Wares.class);

    private static final String TEXT = "Content-Type: text/plain";

    private static PaidApp app;

    private static PaymentRequirements terms;

    @BeforeAll
    static void start() {
        app = PaidApp.start(SOURCES, "x402.web.max-payment-header=4KB", "x402.web.max-request-body=1KB",
                "x402.web.max-held-response=1KB", "x402.facilitator.max-concurrent-calls=2");
        terms = app.terms("/small");
    }

    @AfterAll
    static void stop() {
        app.close();
    }

    @BeforeEach
    void reset() {
        app.facilitator().reset();
    }

    @Test
    void payWhenNothingIsTooMuchThenServed() {
        assertThat(send(payment()).status()).isEqualTo(200);
        assertThat(app.http()
            .send("POST", "/body", "x".repeat(1000), TEXT, PaidApp.signature(app.pay("POST", "/body")))
            .status()).isEqualTo(200);
    }

    @Test
    void payWhenTheHeaderIsTooLongThenRefused() {
        assertRefused(send(payment().extension("padding", "x".repeat(4096))), 400);
    }

    @Test
    void payWhenTheJsonIsTooDeepThenRefused() {
        String json = "{\"a\":".repeat(100) + "1" + "}".repeat(100);
        String header = Base64.getEncoder().encodeToString(json.getBytes(StandardCharsets.UTF_8));
        assertRefused(app.http().get("/small", "PAYMENT-SIGNATURE: " + header), 400);
        assertRefused(send(payment().extension("padding", deep(100))), 400);
    }

    @Test
    void payWhenItIsValidForTooLongThenRefused() {
        assertRefused(send(payment().validBefore(Instant.now().plusSeconds(86_400))), 402);
    }

    @Test
    void payWhenTheBodyIsTooLongThenRefused() {
        assertRefused(
                app.http().send("POST", "/body", "x".repeat(2000), TEXT, PaidApp.signature(app.pay("POST", "/body"))),
                413);
    }

    @Test
    void payWhenTheResponseIsLongerThanWhatIsHeldThenItLeavesWhileItIsWritten() {
        Wares wares = app.bean(Wares.class);
        wares.settlements.clear();
        Answer answer = app.http().get("/lot", PaidApp.signature(app.pay("/lot")));
        assertThat(answer.body()).hasSize(64 * 1024);
        assertThat(wares.settlements).startsWith(0).endsWith(1).hasSize(65);
        assertThat(wares.settlements.get(2)).isOne();
    }

    @Test
    void payWhenManyWalletsPayAtOnceThenTheFacilitatorIsCalledNoMoreOftenThanItMayBe() throws Exception {
        CountDownLatch goOn = new CountDownLatch(1);
        for (int i = 0; i < 10; i++) {
            app.facilitator().onVerify((call) -> {
                await(goOn);
                return VerifyResponse.valid(null);
            });
        }
        List<Future<Answer>> answers = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            PaymentDraft payment = payment();
            answers.add(Together.start(() -> send(payment)));
        }
        Eventually.await("eight are refused", () -> answers.stream().filter(Future::isDone).count() == 8);
        assertThat(app.facilitator().verifications()).hasSize(2);
        goOn.countDown();
        assertThat(Together.results(answers)).extracting(Answer::status)
            .containsOnly(200, 503)
            .filteredOn((status) -> status == 200)
            .hasSize(2);
    }

    @Test
    void payWhenMoreWalletsPayThanTheLedgerHoldsThenItRefusesAndForgetsNothing() {
        try (PaidApp small = PaidApp.start(SOURCES, "x402.ledger.max-entries=20")) {
            PaymentRequirements price = small.terms("/small");
            List<String> payments = new ArrayList<>();
            for (int i = 0; i < 25; i++) {
                payments.add(PaidApp.signature(TestWallet.create().pay(price, Instant.now())));
            }
            assertThat(payments).extracting((payment) -> small.http().get("/small", payment).status())
                .startsWith(200)
                .endsWith(503)
                .filteredOn((status) -> status == 200)
                .hasSize(20);
            assertThat(small.bean(PaymentLedger.class).size()).isEqualTo(20);
            assertThat(small.facilitator().settlements()).hasSize(20);
            assertThat(small.http().get("/small", payments.get(0)).status()).isEqualTo(409);
        }
    }

    @Test
    void metersWhenStrangersAndFacilitatorsChooseTheWordsThenGrowNoSeries() {
        visit("first");
        visit("second");
        int before = series().size();
        for (int i = 0; i < 50; i++) {
            visit("word-" + i);
        }
        assertThat(series()).hasSizeBetween(before, before + 10);
        assertThat(before).isGreaterThan(5);
    }

    private static void visit(String word) {
        FakeFacilitator facilitator = app.facilitator();
        facilitator.onVerify(VerifyResponse.invalid(ReasonCode.of(word)));
        send(payment());
        send(payment());
        app.http().get("/small?" + word, "PAYMENT-SIGNATURE: " + word, "X-Request-Id: " + word, "User-Agent: " + word);
        app.http().get("/small", PaidApp.signature(payment().accepted(Map.of("network", word))));
    }

    private static Set<Meter.Id> series() {
        Set<Meter.Id> ids = new HashSet<>();
        app.bean(SimpleMeterRegistry.class).getMeters().forEach((meter) -> ids.add(meter.getId()));
        return ids;
    }

    private static PaymentDraft payment() {
        return TestWallet.create().pay(terms, Instant.now());
    }

    private static Answer send(PaymentDraft payment) {
        return app.http().get("/small", PaidApp.signature(payment));
    }

    private static Object deep(int levels) {
        Object value = "x";
        for (int i = 0; i < levels; i++) {
            value = List.of(value);
        }
        return value;
    }

    private static void assertRefused(Answer answer, int status) {
        assertThat(answer.status()).isEqualTo(status);
        assertThat(app.facilitator().verifications()).isEmpty();
        assertThat(app.facilitator().settlements()).isEmpty();
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(Eventually.PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        }
        catch (InterruptedException ex) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Sells a little, takes some, and gives a lot.
     */
    @Configuration(proxyBeanMethods = false)
    @RestController
    static class Wares {

        private final FakeFacilitator facilitator;

        /** Of the request for a lot, after each kilobyte. */
        private final List<Integer> settlements = new CopyOnWriteArrayList<>();

        Wares(FakeFacilitator facilitator) {
            this.facilitator = facilitator;
        }

        @GetMapping("/small")
        @PaidEndpoint(price = "$0.01", authorize = "permitAll")
        String small() {
            return "small";
        }

        @PostMapping("/body")
        @PaidEndpoint(price = "$0.01", authorize = "permitAll")
        String body(@RequestBody String body) {
            return "body";
        }

        @GetMapping("/lot")
        @PaidEndpoint(price = "$0.01", authorize = "permitAll")
        void large(HttpServletResponse response) throws IOException {
            this.settlements.add(this.facilitator.settlements().size());
            for (int i = 0; i < 64; i++) {
                response.getOutputStream().write(new byte[1024]);
                this.settlements.add(this.facilitator.settlements().size());
            }
        }

    }

}
