package io.github.x402spring.e2e;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;

import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;
import org.springframework.web.servlet.mvc.method.annotation.StreamingResponseBody;

import io.github.x402spring.MutableClock;
import io.github.x402spring.PaidEndpoint;
import io.github.x402spring.e2e.Http2Client.Part;
import io.github.x402spring.e2e.RawHttp.Answer;
import io.github.x402spring.exchange.ExchangeDecision;
import io.github.x402spring.exchange.ExchangeListener;
import io.github.x402spring.exchange.ExchangeStart;
import io.github.x402spring.ledger.PaymentKey;
import io.github.x402spring.ledger.PaymentLedger;
import io.github.x402spring.ledger.StoredPayment;
import io.github.x402spring.ledger.StoredPayment.Delivery;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.test.PaymentDraft;
import io.github.x402spring.test.TestWallet;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Clients break the responses that they paid for, and present the payment again.
 */
@Tag("waiting")
class BrokenDeliveryTests {

    private static final int LENGTH = 1044;

    private static final int MANY = 8;

    private static final int LARGE = 20 * 1024 * 1024;

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @Nested
    class InMemory extends Clients {

        InMemory() {
            super("x402.ledger.type=memory");
        }

    }

    @Nested
    class InH2 extends Clients {

        InH2() {
            super("x402.ledger.type=jdbc", "spring.datasource.url=jdbc:h2:mem:broken-deliveries");
        }

    }

    /** Without HTTP/2, a response has to be larger than what sockets hold. */
    @Nested
    class OnJetty extends Shopping {

        OnJetty() {
            super("x402.ledger.type=memory", "tests.container=jetty", "server.http2.enabled=false",
                    "x402.web.max-held-response=32MB");
        }

        @Test
        void presentWhenBrokenThreeTimesThenNeverAgain() throws Exception {
            Presented payment = pay("/large-array");
            for (int i = 0; i < 3; i++) {
                assertThat(settledDown(payment, () -> breakOffOverTcp("/large-array", payment.header()))).asString()
                    .contains("PAYMENT-RESPONSE");
            }
            for (int i = 0; i < MANY; i++) {
                assertUnavailable(this.app.http().get("/large-array", payment.header()));
            }
            assertThat(this.app.deliveries().runs()).hasSize(3);
            assertThat(this.app.facilitator().settlements()).hasSize(1);
        }

    }

    @Nested
    class WhereResponsesAreStored extends Shopping {

        WhereResponsesAreStored() {
            super("x402.ledger.type=memory", "x402.ledger.keep-response.enabled=true");
        }

        @Test
        void presentWhenStoredThenTheSameHoweverOftenAndTheHandlerDoesNotRun() throws Exception {
            Presented payment = pay("/numbered");
            bean(Heard.class).decisions.clear();
            Part first = breakOff(payment, "/numbered");
            for (int i = 0; i < 4; i++) {
                assertThat(breakOff(payment, "/numbered")).isEqualTo(first);
            }
            for (int i = 0; i < 2; i++) {
                Answer whole = this.app.http().get("/numbered", payment.header());
                assertThat(whole.status()).isEqualTo(200);
                assertThat(whole.text()).startsWith(first.body());
            }
            await(() -> bean(Heard.class).decisions.size() == 7);
            assertThat(bean(Heard.class).decisions).startsWith(ExchangeDecision.SETTLED)
                .filteredOn((decision) -> decision == ExchangeDecision.REPEATED)
                .hasSize(6);
            StoredPayment stored = bean(PaymentLedger.class).find(payment.key()).orElseThrow();
            assertThat(stored.runs()).isOne();
            assertThat(stored.delivery()).isEqualTo(Delivery.DELIVERED);
            assertThat(this.app.deliveries().runs()).hasSize(1);
        }

        @Test
        void presentWhenItIsStoredNoLongerThenNoOtherContent() throws Exception {
            Presented payment = pay("/numbered");
            Part first = breakOff(payment, "/numbered");
            assertThat(breakOff(payment, "/numbered")).isEqualTo(first);
            clock().advance(Duration.ofMinutes(11));
            assertUnavailable(this.app.http().get("/numbered", payment.header()));
            assertThat(this.app.deliveries().runs()).hasSize(2);
        }

    }

    abstract static class Clients extends Shopping {

        Clients(String... properties) {
            super(properties);
        }

        @Test
        void presentWhenTheWindowNeverOpensThenNoOtherContentEvenAfterTheAuthorizationExpired() throws Exception {
            Presented payment = pay("/numbered");
            List<String> bodies = new ArrayList<>();
            Part first = breakOff(payment, "/numbered");
            assertThat(first.ok()).isTrue();
            assertThat(first.body()).hasSize(LENGTH - 1).startsWith("run 1 ");
            bodies.add(first.body());
            for (int i = 1; i < MANY; i++) {
                if (i == MANY - 1) {
                    clock().advance(Duration.ofMinutes(6));
                }
                Part part = breakOff(payment, "/numbered");
                if (part.ok()) {
                    bodies.add(part.body());
                }
            }
            assertThat(bodies).allMatch(first.body()::equals);
            assertThat(this.app.deliveries().runs()).hasSizeLessThanOrEqualTo(3);
            assertThat(this.app.facilitator().settlements()).hasSize(1);
            assertUnavailable(this.app.http().get("/numbered", payment.header()));
        }

        @Test
        void presentWhenTheSameContentIsMadeAgainThenServedTwiceMoreAtMost() throws Exception {
            Presented payment = pay("/same");
            Part first = breakOff(payment, "/same");
            Part second = breakOff(payment, "/same");
            assertThat(second).isEqualTo(first);
            Answer third = this.app.http().get("/same", payment.header());
            assertThat(third.status()).isEqualTo(200);
            assertThat(third.text()).startsWith(first.body()).hasSize(LENGTH);
            assertThat(PaidApp.receipt(third)).containsEntry("success", true);
            assertThat(this.app.http().get("/same", payment.header()).reason()).isEqualTo("payment_already_used");
            assertThat(this.app.deliveries().runs()).hasSize(3);
            assertThat(this.app.facilitator().settlements()).hasSize(1);
        }

        @Test
        void presentWhenBrokenThreeTimesThenNeverAgain() throws Exception {
            Presented payment = pay("/same");
            for (int i = 0; i < 3; i++) {
                assertThat(breakOff(payment, "/same").ok()).isTrue();
            }
            for (int i = 0; i < MANY; i++) {
                assertUnavailable(this.app.http().get("/same", payment.header()));
            }
            assertThat(this.app.deliveries().runs()).hasSize(3);
        }

        @Test
        void presentWhenTheTimeIsOverThenNotAgainAndJustBeforeServed() throws Exception {
            Presented late = pay("/same");
            Presented timely = pay("/same");
            assertThat(breakOff(late, "/same").ok()).isTrue();
            assertThat(breakOff(timely, "/same").ok()).isTrue();
            // Five minutes until the authorization expires, ten more, less what this
            // took.
            clock().advance(Duration.ofMinutes(14));
            assertThat(this.app.http().get("/same", timely.header()).status()).isEqualTo(200);
            clock().advance(Duration.ofMinutes(2));
            assertThat(this.app.http().get("/same", late.header()).status()).isEqualTo(409);
            assertThat(this.app.deliveries().runs()).hasSize(3);
        }

        @ParameterizedTest
        @ValueSource(strings = { "/events", "/chunks", "/large", "/large-array" })
        void presentWhenAStreamHadBegunThenItWasDelivered(String path) throws Exception {
            Presented payment = pay(path);
            settledDown(payment, () -> breakOffOverTcp(path, payment.header()));
            for (int i = 1; i < 6; i++) {
                Answer again = settledDown(payment, () -> this.app.http().get(path, payment.header()));
                assertThat(again.status()).isEqualTo(409);
                assertThat(again.reason()).isEqualTo("payment_already_used");
                assertThat(again.json().at("/payment/charged").asString()).isEqualTo("yes");
            }
            assertThat(this.app.deliveries().runs()).hasSize(1);
            assertThat(this.app.facilitator().settlements()).hasSize(1);
        }

        @ParameterizedTest
        @EnumSource
        void presentWhenTheSecondResponseDiffersThenDiscardedAndTheRunCounts(Difference difference) throws Exception {
            Presented payment = pay("/differs");
            assertThat(breakOff(payment, "/differs").ok()).isTrue();
            bean(Till.class).next = difference;
            Answer other = settledDown(payment, () -> this.app.http().get("/differs", payment.header()));
            assertUnavailable(other);
            assertThat(other.everything()).doesNotContain("secret");
            assertThat(PaidApp.receipt(other)).containsEntry("success", true);
            Answer third = this.app.http().get("/differs", payment.header());
            assertThat(third.status()).isEqualTo(200);
            assertThat(third.text()).startsWith("secret same");
            assertThat(this.app.deliveries().runs()).hasSize(3);
        }

        @Test
        void presentWhenTheSecondRunFailsThenItsErrorAndServedAfterwards() throws Exception {
            Presented payment = pay("/same");
            assertThat(breakOff(payment, "/same").ok()).isTrue();
            this.app.deliveries().onNext(() -> {
                throw new IllegalStateException("out of order");
            });
            Answer failed = settledDown(payment, () -> this.app.http().get("/same", payment.header()));
            assertThat(failed.status()).isEqualTo(500);
            Answer third = this.app.http().get("/same", payment.header());
            assertThat(third.status()).isEqualTo(200);
        }

        @Test
        void presentWhenALimitCountsThenRunsCountAndNoneIsRefused() throws Exception {
            Presented payment = pay("/counted");
            assertThat(breakOff(payment, "/counted").ok()).isTrue();
            assertThat(breakOff(payment, "/counted").ok()).isTrue();
            assertThat(this.app.http().get("/counted", pay("/counted").header()).status()).isEqualTo(429);
            assertThat(this.app.http().get("/counted", payment.header()).status()).isEqualTo(200);
            assertThat(this.app.http().get("/counted-apart", pay("/counted-apart").header()).status()).isEqualTo(200);
            assertThat(this.app.http().get("/counted-apart", pay("/counted-apart").header()).status()).isEqualTo(200);
            assertThat(this.app.http().get("/counted-apart", pay("/counted-apart").header()).status()).isEqualTo(429);
        }

        @Test
        void exchangeWhenTheHandlerRunsAgainThenRedelivered() throws Exception {
            Presented payment = pay("/same");
            bean(Heard.class).decisions.clear();
            breakOff(payment, "/same");
            breakOff(payment, "/same");
            this.app.http().get("/same", payment.header());
            this.app.http().get("/same", payment.header());
            await(() -> bean(Heard.class).decisions.size() == 4);
            assertThat(bean(Heard.class).decisions).containsExactly(ExchangeDecision.SETTLED,
                    ExchangeDecision.REDELIVERED, ExchangeDecision.REDELIVERED, ExchangeDecision.REPLAYED);
        }

    }

    @TestInstance(Lifecycle.PER_CLASS)
    abstract static class Shopping {

        private final String[] properties;

        PaidApp app;

        Shopping(String... properties) {
            this.properties = properties;
        }

        @BeforeAll
        void start() {
            List<String> all = new ArrayList<>(List.of("server.http2.enabled=true", "x402.limits[0].name=twice",
                    "x402.limits[0].per=endpoint", "x402.limits[0].max-count=2", "x402.limits[0].window=1h",
                    "x402.limits[0].endpoints=till-counted,till-counted-apart"));
            all.addAll(List.of(this.properties));
            this.app = PaidApp.start(List.of(Shop.class, PermissiveFacilitatorConfiguration.class, MovableTime.class,
                    Till.class, Heard.class), all.toArray(String[]::new));
        }

        @AfterAll
        void stop() {
            this.app.close();
        }

        @BeforeEach
        void reset() {
            this.app.reset();
        }

        Presented pay(String path) {
            PaymentRequirements terms = this.app.terms(path);
            String nonce = TestWallet.randomNonce();
            PaymentDraft payment = PaidApp.WALLET.pay(terms, clock().instant()).nonce(nonce);
            this.app.reset();
            bean(Till.class).next = null;
            return new Presented(PaidApp.signature(payment),
                    new PaymentKey(terms.network(), terms.asset(), PaidApp.WALLET.address(), nonce));
        }

        Part breakOff(Presented payment, String path) throws Exception {
            return settledDown(payment, () -> Http2Client.get(this.app.port(), path, LENGTH - 1, payment.header()));
        }

        /** The ledger learns behind the request's back that a delivery has ended. */
        <T> T settledDown(Presented payment, Callable<T> call) throws Exception {
            T result = call.call();
            PaymentLedger ledger = bean(PaymentLedger.class);
            await(() -> ledger.find(payment.key())
                .map(StoredPayment::delivery)
                .orElse(Delivery.LOST) != Delivery.IN_FLIGHT);
            return result;
        }

        static void await(Callable<Boolean> condition) throws Exception {
            Instant deadline = Instant.now().plus(PATIENCE);
            while (!condition.call()) {
                assertThat(Instant.now()).isBefore(deadline);
                Thread.onSpinWait();
            }
        }

        byte[] breakOffOverTcp(String path, String header) throws IOException {
            try (Socket socket = new Socket()) {
                socket.setReceiveBufferSize(4096);
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), this.app.port()));
                String request = "GET " + path + " HTTP/1.1\r\nHost: localhost:" + this.app.port() + "\r\n" + header
                        + "\r\n\r\n";
                socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
                byte[] begin = socket.getInputStream().readNBytes(5000);
                socket.setSoLinger(true, 0);
                return begin;
            }
        }

        <T> T bean(Class<T> type) {
            return this.app.bean(type);
        }

        MutableClock clock() {
            return bean(MutableClock.class);
        }

    }

    private static void assertUnavailable(Answer answer) {
        assertThat(answer.status()).isEqualTo(409);
        assertThat(answer.json().at("/type").asString()).endsWith("/answer-unavailable");
        assertThat(answer.json().at("/payment/charged").asString()).isEqualTo("yes");
        assertThat(answer.header("PAYMENT-REQUIRED")).isNull();
    }

    private record Presented(String header, PaymentKey key) {
    }

    /** Ways in which a second response differs from the first. */
    enum Difference {

        BODY, STATUS, MEDIA_TYPE, LONGER, SHORTER, EMPTY, OVERFLOW, REDIRECT

    }

    /**
     * Hears what was decided.
     */
    static final class Heard implements ExchangeListener {

        private final List<ExchangeDecision> decisions = new CopyOnWriteArrayList<>();

        @Override
        public Exchange started(ExchangeStart start) {
            return (end) -> {
                if (end.decision() != ExchangeDecision.CHALLENGED) {
                    this.decisions.add(end.decision());
                }
            };
        }

    }

    /**
     * Sells responses that are easily broken.
     */
    @RestController
    static class Till {

        private static final byte[] KILOBYTE = "x".repeat(1024).getBytes(StandardCharsets.US_ASCII);

        private final Deliveries deliveries;

        private volatile @Nullable Difference next;

        Till(Deliveries deliveries) {
            this.deliveries = deliveries;
        }

        private String filled(String text) {
            return text + "-".repeat(LENGTH - text.length());
        }

        @GetMapping("/counted")
        @PaidEndpoint(price = "$0.01", authorize = "permitAll")
        String counted() {
            return filled("counted ");
        }

        @GetMapping("/counted-apart")
        @PaidEndpoint(price = "$0.01", authorize = "permitAll")
        String countedApart() {
            return filled("counted ");
        }

        @GetMapping("/numbered")
        @PaidEndpoint(price = "$0.01", authorize = "permitAll")
        String numbered() {
            this.deliveries.run("numbered");
            return filled("run " + this.deliveries.runs().size() + " ");
        }

        @GetMapping("/same")
        @PaidEndpoint(price = "$0.01", authorize = "permitAll")
        String same() {
            return filled(this.deliveries.run("same"));
        }

        @GetMapping("/differs")
        @PaidEndpoint(price = "$0.01", authorize = "permitAll")
        void differs(HttpServletResponse response) throws IOException {
            this.deliveries.run("differs");
            Difference difference = this.next;
            this.next = null;
            response.setStatus((difference == Difference.STATUS) ? 203 : 200);
            response.setContentType((difference == Difference.MEDIA_TYPE) ? "text/html" : "text/plain");
            String body = filled("secret same ");
            switch (difference) {
                case BODY -> response.getWriter().print(filled("secret other"));
                case LONGER -> response.getWriter().print(body + "-");
                case SHORTER -> response.getWriter().print(body.substring(1));
                case OVERFLOW -> response.getWriter().print(body.repeat(4096));
                case REDIRECT -> response.sendRedirect("/secret");
                case EMPTY -> {
                }
                case null, default -> response.getWriter().print(body);
            }
        }

        @GetMapping("/events")
        @PaidEndpoint(price = "$0.01", authorize = "permitAll")
        SseEmitter events() {
            this.deliveries.run("events");
            SseEmitter emitter = new SseEmitter(0L);
            Thread.ofVirtual().start(() -> {
                try {
                    for (int i = 0; i < 10_000; i++) {
                        emitter.send("event " + i + "-".repeat(150));
                    }
                    emitter.complete();
                }
                catch (IOException | IllegalStateException ex) {
                    emitter.completeWithError(ex);
                }
            });
            return emitter;
        }

        @GetMapping("/chunks")
        @PaidEndpoint(price = "$0.01", authorize = "permitAll")
        StreamingResponseBody chunks() {
            this.deliveries.run("chunks");
            return (out) -> {
                for (int i = 0; i < LARGE / KILOBYTE.length; i++) {
                    out.write(KILOBYTE);
                }
            };
        }

        @GetMapping("/large")
        @PaidEndpoint(price = "$0.01", authorize = "permitAll")
        void large(HttpServletResponse response) throws IOException {
            this.deliveries.run("large");
            for (int i = 0; i < LARGE / KILOBYTE.length; i++) {
                response.getOutputStream().write(KILOBYTE);
            }
        }

        @GetMapping("/large-array")
        @PaidEndpoint(price = "$0.01", authorize = "permitAll")
        ResponseEntity<byte[]> largeArray() {
            this.deliveries.run("large-array");
            return ResponseEntity.ok(new byte[LARGE]);
        }

    }

}
