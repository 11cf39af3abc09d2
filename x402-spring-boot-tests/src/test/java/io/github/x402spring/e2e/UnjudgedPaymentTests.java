package io.github.x402spring.e2e;

import java.math.BigInteger;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiFunction;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.util.ClassUtils;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.context.support.AnnotationConfigWebApplicationContext;
import org.springframework.web.servlet.DispatcherServlet;
import org.springframework.web.servlet.function.HandlerFilterFunction;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.RouterFunctions;
import org.springframework.web.servlet.function.ServerResponse;

import io.github.x402spring.PaidEndpoint;
import io.github.x402spring.e2e.RawHttp.Answer;
import io.github.x402spring.facilitator.FakeFacilitator;
import io.github.x402spring.ledger.Conclusion;
import io.github.x402spring.ledger.FakeLedger;
import io.github.x402spring.ledger.FakeLedger.Operation;
import io.github.x402spring.ledger.LedgerException;
import io.github.x402spring.ledger.PaymentClaim;
import io.github.x402spring.ledger.PaymentKey;
import io.github.x402spring.ledger.PaymentLedger;
import io.github.x402spring.ledger.PaymentState;
import io.github.x402spring.ledger.RequestFingerprint;
import io.github.x402spring.ledger.Reservation;
import io.github.x402spring.ledger.ReserveResult;
import io.github.x402spring.ledger.UnknownPayment;
import io.github.x402spring.ledger.memory.InMemoryLedgers;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.Rail;
import io.github.x402spring.test.PaymentDraft;
import io.github.x402spring.test.TestWallet;
import io.github.x402spring.webmvc.X402Functions;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Presents payments in every state of the ledger where a request is refused before
 * anything looks at its payment: a response never says of a known payment that nothing
 * was charged, and never has it signed anew.
 */
@Tag("locale")
class UnjudgedPaymentTests {

    private static PaidApp app;

    private static PaymentRequirements terms;

    private static final String OTHER = "0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC";

    private PaymentDraft payment;

    @BeforeAll
    static void start() {
        app = PaidApp.start(GuardedStall.class, "x402.envelope.enabled=true", "x402.sign-in.enabled=true",
                "x402.resource-base-url=https://stall.example");
        terms = app.terms("/open");
    }

    @AfterAll
    static void stop() {
        app.close();
    }

    @BeforeEach
    void reset() {
        app.reset();
        app.bean(FakeLedger.class).recover();
        GuardedStall.JOURNAL.clear();
        this.payment = TestWallet.create().pay(terms, Instant.now());
    }

    @ParameterizedTest
    @MethodSource("statesAndRefusals")
    void refusalWhenThePaymentIsPresentedThenChargedIsThatOfItsState(PaymentState state, Refusing refusing)
            throws Exception {
        leave(state);
        GuardedStall.JOURNAL.clear();
        Answer answer = refusing.refuse(this.payment);
        String charged = switch (state) {
            case RESERVED, SETTLING, UNKNOWN, UNRESOLVED, USED_ELSEWHERE -> "unknown";
            case SETTLED -> "yes";
            case RELEASED -> "no";
        };
        assertThat(answer.json().at("/payment/charged").asString()).isEqualTo(charged);
        assertThat(answer.header("PAYMENT-REQUIRED")).isNull();
        assertThat(GuardedStall.JOURNAL).containsAnyOf("ledger.find", "ledger.reserve");
        if (state == PaymentState.RELEASED) {
            assertThat(answer.status()).isEqualTo(refusing.status);
            assertThat(answer.json().at("/payment/state").asString()).isEqualTo("released");
            assertThat(answer.json().at("/advice/retry_with").asString()).isEqualTo(refusing.retryWith);
        }
        else {
            assertThat(answer.everything()).doesNotContain("new_payment", "Nothing was", "not charged");
        }
    }

    static Stream<Arguments> statesAndRefusals() {
        return Arrays.stream(PaymentState.values())
            .flatMap((state) -> Arrays.stream(Refusing.values()).map((refusing) -> Arguments.of(state, refusing)));
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "POLICY")
    void refusalWhenTheLedgerIsDownThenUnknown(Refusing refusing) {
        app.bean(FakeLedger.class).failOn(Operation.FIND, new LedgerException("down", null));
        Answer answer = refusing.refuse(this.payment);
        assertThat(answer.status()).isEqualTo(refusing.status);
        assertThat(answer.json().at("/payment/charged").asString()).isEqualTo("unknown");
        assertThat(answer.everything()).doesNotContain("new_payment", "Nothing was", "not charged");
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = { "POLICY", "SECOND_PAYMENT", "SECOND_PAYMENT_FIRST" })
    void refusalWhenTheSignatureIsNotThePayersThenTheLedgerIsNotAsked(Refusing refusing) throws Exception {
        leave(PaymentState.SETTLED);
        GuardedStall.JOURNAL.clear();
        Answer answer = refusing.refuse(this.payment.signedBy(TestWallet.create()));
        assertThat(answer.status()).isEqualTo(refusing.status);
        assertThat(answer.json().at("/payment/charged").asString()).isEqualTo("no");
        assertThat(GuardedStall.JOURNAL).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({ "/members, ''", "/members, alice", "/known, ''" })
    void refusalWhenNoPaymentIsPresentedThenTheLedgerIsNotAsked(String path, String caller) {
        Answer answer = caller.isEmpty() ? app.http().get(path) : app.http().get(path, PolicyShop.ALICE);
        assertThat(answer.json().at("/payment/state").asString()).isEqualTo("none");
        assertThat(answer.json().at("/payment/charged").asString()).isEqualTo("no");
        assertThat(GuardedStall.JOURNAL).isEmpty();
    }

    @Test
    void refusalWhenThereAreMorePaymentsThanAreReadThenUnknownWithoutALookUp() {
        String[] payments = Stream.generate(() -> PaidApp.signature(TestWallet.create().pay(terms, Instant.now())))
            .limit(5)
            .toArray(String[]::new);
        Answer answer = app.http().get("/open", payments);
        assertThat(answer.reason()).isEqualTo("payment_ambiguous");
        assertThat(answer.json().at("/payment/charged").asString()).isEqualTo("unknown");
        assertThat(answer.json().at("/advice/retry_with").asString()).isEqualTo("same_payment");
        assertThat(GuardedStall.JOURNAL).isEmpty();
    }

    @Test
    void refusalWhenASecondPaymentIsUnreadableThenTheOtherOneCounts() throws Exception {
        leave(PaymentState.SETTLED);
        Answer answer = app.http().get("/open", "X-PAYMENT: bm8=", PaidApp.signature(this.payment));
        assertThat(answer.reason()).isEqualTo("payment_ambiguous");
        assertThat(answer.json().at("/payment/charged").asString()).isEqualTo("yes");
    }

    @Test
    void refusalWhenItIsOverThenThePaymentIsGood() {
        assertThat(Refusing.FILTER_CHAIN.refuse(this.payment).status()).isEqualTo(401);
        assertThat(app.http().get("/open", PaidApp.signature(this.payment)).status()).isEqualTo(200);
        Answer again = Refusing.FILTER_CHAIN.refuse(this.payment);
        assertThat(again.json().at("/payment/charged").asString()).isEqualTo("yes");
        assertThat(again.json().at("/payment/state").asString()).isEqualTo("settled");
        assertThat(again.json().at("/advice/retry_with").asString()).isEqualTo("credentials");
    }

    @ParameterizedTest
    @CsvSource({ "Behind, other, true, unknown", "Behind, other, false, unknown", "Behind, ours, true, yes",
            "Behind, ours, false, no", "Second, other, true, unknown", "Second, ours, true, yes",
            "Seen, other, true, yes", "Seen, other, false, no", "Declared, other, true, yes",
            "Nothing, other, false, no" })
    void refusalWhenPricesAreHiddenSinceTheStartThenNotOfAnUnknownPayment(String routes, String recipient,
            boolean settled, String charged) throws Exception {
        if ("other".equals(recipient)) {
            this.payment = TestWallet.create()
                .pay(new PaymentRequirements(terms.scheme(), terms.network(), terms.amount(), terms.asset(), OTHER,
                        terms.maxTimeoutSeconds(), terms.extra()), Instant.now());
        }
        if (settled) {
            leave(PaymentState.SETTLED);
        }
        try (PaidApp restarted = PaidApp.start(
                List.of(GuardedStall.class, ClassUtils.forName(Routes.class.getName() + "$" + routes, null)),
                "x402.envelope.enabled=true", "x402.sign-in.enabled=true",
                "x402.resource-base-url=https://stall.example")) {
            Answer answer = restarted.http().get("/members", PaidApp.signature(this.payment));
            assertThat(answer.status()).isEqualTo(401);
            assertThat(answer.json().at("/payment/charged").asString()).isEqualTo(charged);
        }
    }

    private void leave(PaymentState state) throws Exception {
        PaymentLedger ledger = GuardedStall.ENTRIES;
        if (state == PaymentState.RELEASED) {
            return;
        }
        Reservation reservation = ((ReserveResult.Reserved) ledger.reserve(claim())).reservation();
        if (state == PaymentState.RESERVED) {
            return;
        }
        assertThat(ledger.settling(reservation)).isTrue();
        switch (state) {
            case SETTLING, RESERVED, RELEASED -> {
            }
            case SETTLED -> assertThat(ledger.settled(reservation, FakeFacilitator.TRANSACTION, null)).isTrue();
            case UNKNOWN -> ledger.unknown(reservation, "");
            case UNRESOLVED -> conclude(reservation, new Conclusion.Unresolved());
            case USED_ELSEWHERE -> conclude(reservation, new Conclusion.UsedElsewhere(FakeFacilitator.TRANSACTION));
        }
    }

    private static void conclude(Reservation reservation, Conclusion conclusion) {
        GuardedStall.ENTRIES.unknown(reservation, "");
        for (UnknownPayment unknown : GuardedStall.ENTRIES.lease(Duration.ZERO, Integer.MAX_VALUE)) {
            if (unknown.key().equals(reservation.key())) {
                assertThat(GuardedStall.ENTRIES.conclude(unknown, conclusion)).isTrue();
            }
        }
    }

    private PaymentClaim claim() {
        Map<?, ?> signed = (Map<?, ?>) this.payment.schemePayload().get("authorization");
        PaymentKey key = new PaymentKey(terms.network(), terms.asset(), String.valueOf(signed.get("from")),
                String.valueOf(signed.get("nonce")));
        return new PaymentClaim(key, Rail.X402,
                RequestFingerprint.of("report", "GET", "https://stall.example/other", "", new byte[0]),
                Instant.ofEpochSecond(new BigInteger(String.valueOf(signed.get("validBefore"))).longValue()), "other",
                "https://stall.example/other", terms, null, null, null);
    }

    /**
     * Ways in which a request is refused although a payment comes with it.
     */
    private enum Refusing {

        FILTER_CHAIN(401, "credentials", (http, payment) -> http.get("/members", payment)),

        URL_RULE(403, "elevated_token", (http, payment) -> http.get("/members", payment, PolicyShop.ALICE)),

        SIGN_IN(401, "credentials", (http, payment) -> http.get("/open", payment, "SIGN-IN-WITH-X: bm8=")),

        MISSING_IDENTITY(401, "credentials", (http, payment) -> http.get("/known", payment)),

        POLICY(403, "never", (http, payment) -> http.get("/ruled", payment, PolicyShop.ALICE)),

        UNREADABLE_TASK(400, "same_payment", (http, payment) -> http.get("/open", payment, "X402-Task: no task")),

        SECOND_PAYMENT(400, "new_payment",
                (http, payment) -> http.get("/open", payment,
                        PaidApp.signature(TestWallet.create().pay(terms, Instant.now())))),

        SECOND_PAYMENT_FIRST(400, "new_payment",
                (http, payment) -> http.get("/open", PaidApp.signature(TestWallet.create().pay(terms, Instant.now())),
                        payment)),

        SAME_PAYMENT_TWICE(400, "new_payment", (http, payment) -> http.get("/open", payment, payment));

        private final int status;

        private final String retryWith;

        private final BiFunction<RawHttp, String, Answer> request;

        Refusing(int status, String retryWith, BiFunction<RawHttp, String, Answer> request) {
            this.status = status;
            this.retryWith = retryWith;
            this.request = request;
        }

        Answer refuse(PaymentDraft payment) {
            if (this == POLICY) {
                payment.accepted(app.terms("/ruled").toMap());
            }
            return this.request.apply(app.http(), PaidApp.signature(payment));
        }

    }

    /**
     * Sells to callers whom rules at every place may refuse.
     */
    @SpringBootConfiguration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class GuardedStall {

        static final PaymentLedger ENTRIES = new InMemoryLedgers(Clock.systemUTC(), 10_000).payments();

        static final CopyOnWriteArrayList<String> JOURNAL = new CopyOnWriteArrayList<>();

        @Bean
        FakeLedger ledger() {
            return new FakeLedger(ENTRIES, JOURNAL);
        }

        @Bean
        FakeFacilitator facilitator() {
            return new FakeFacilitator();
        }

        @Bean
        Deliveries deliveries() {
            return new Deliveries();
        }

        @Bean
        UserDetailsService users() {
            return new InMemoryUserDetailsManager(User.withUsername("alice")
                .password("{noop}secret")
                .authorities("SCOPE_weather")
                .build())::loadUserByUsername;
        }

        @Bean
        SecurityFilterChain chain(HttpSecurity http) {
            http.authorizeHttpRequests((requests) -> requests.requestMatchers("/members")
                .hasAuthority("SCOPE_members")
                .anyRequest()
                .permitAll());
            http.csrf(AbstractHttpConfigurer::disable);
            http.httpBasic(Customizer.withDefaults());
            return http.build();
        }

        @RestController
        static class Counter {

            private final Deliveries deliveries;

            Counter(Deliveries deliveries) {
                this.deliveries = deliveries;
            }

            @GetMapping("/open")
            @PaidEndpoint(price = "$0.01", authorize = "permitAll")
            String open() {
                return this.deliveries.run("open");
            }

            @GetMapping("/known")
            @PaidEndpoint(price = "$0.01")
            String known() {
                return this.deliveries.run("known");
            }

            @GetMapping("/ruled")
            @PaidEndpoint(price = "$0.01", authorize = "hasRole('ADMIN')")
            String ruled() {
                return this.deliveries.run("ruled");
            }

            @GetMapping("/members")
            @PaidEndpoint(price = "$0.01", authorize = "permitAll")
            String members() {
                return this.deliveries.run("members");
            }

        }

    }

    /**
     * Sells to another recipient, with more or less to be seen at the start.
     */
    static final class Routes {

        private static RouterFunctions.Builder report() {
            return RouterFunctions.route().GET("/report", (request) -> ServerResponse.ok().build());
        }

        private static HandlerFilterFunction<ServerResponse, ServerResponse> paid() {
            return X402Functions.paid("report", (endpoint) -> endpoint.price("$0.01").payTo(OTHER));
        }

        @Configuration(proxyBeanMethods = false)
        static class Behind {

            @Bean
            RouterFunction<ServerResponse> routes() {
                return report().filter((request, next) -> next.handle(request)).filter(paid()).build();
            }

        }

        @Configuration(proxyBeanMethods = false)
        static class Seen {

            @Bean
            RouterFunction<ServerResponse> routes() {
                return report().filter(paid()).build();
            }

        }

        @Configuration(proxyBeanMethods = false)
        static class Declared {

            @Bean
            HandlerFilterFunction<ServerResponse, ServerResponse> filter() {
                return paid();
            }

            @Bean
            RouterFunction<ServerResponse> routes(HandlerFilterFunction<ServerResponse, ServerResponse> filter) {
                return report().filter((request, next) -> next.handle(request)).filter(filter).build();
            }

        }

        @Configuration(proxyBeanMethods = false)
        static class Second {

            @Bean
            ServletRegistrationBean<DispatcherServlet> second() {
                AnnotationConfigWebApplicationContext context = new AnnotationConfigWebApplicationContext();
                context.register(Seen.class);
                return new ServletRegistrationBean<>(new DispatcherServlet(context), "/second/*");
            }

        }

        @Configuration(proxyBeanMethods = false)
        static class Nothing {

        }

    }

}
