package io.github.x402spring.autoconfigure.gate;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.stream.Stream;

import io.micrometer.core.instrument.observation.DefaultMeterObservationHandler;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.context.reactive.ReactiveWebApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.web.context.WebApplicationContext;

import io.github.x402spring.MutableClock;
import io.github.x402spring.VerifiedPayment;
import io.github.x402spring.audit.AuditRecord;
import io.github.x402spring.audit.AuditSink;
import io.github.x402spring.autoconfigure.gate.AdviceDesk.Reply;
import io.github.x402spring.codec.PaymentHeaderCodec;
import io.github.x402spring.decision.Denial;
import io.github.x402spring.decision.Reason;
import io.github.x402spring.exchange.PaidEndpointDefinition;
import io.github.x402spring.exchange.PaidExchange;
import io.github.x402spring.exchange.PaymentAuthorizer;
import io.github.x402spring.facilitator.FacilitatorException;
import io.github.x402spring.facilitator.FakeFacilitator;
import io.github.x402spring.gate.PaymentGate;
import io.github.x402spring.protocol.PaymentRequired;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.TokenAmount;
import io.github.x402spring.test.PaymentDraft;
import io.github.x402spring.test.TestWallet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

@Tag("locale")
@TestInstance(Lifecycle.PER_CLASS)
class OwnCodeSaleTests {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private static final TestWallet WALLET = TestWallet.named("1");

    private ConfigurableApplicationContext context;

    private AdviceDesk desk;

    private FakeFacilitator facilitator;

    private Records records;

    @BeforeAll
    void start() {
        this.context = new SpringApplicationBuilder(Desk.class).web(WebApplicationType.NONE)
            .properties("spring.main.banner-mode=off", "x402.gate.enabled=true", "x402.ledger.type=memory",
                    "x402.payments.failed.per-payer=0")
            .registerShutdownHook(false)
            .run();
        this.desk = this.context.getBean(AdviceDesk.class);
        this.facilitator = this.context.getBean(FakeFacilitator.class);
        this.records = this.context.getBean(Records.class);
    }

    @AfterAll
    void stop() {
        this.context.close();
    }

    @BeforeEach
    void reset() {
        this.facilitator.reset();
        this.records.written.clear();
    }

    @Test
    void contextWhenStartedThenThereIsNoWebServer() {
        assertThat(this.context).isNotInstanceOf(WebApplicationContext.class)
            .isNotInstanceOf(ReactiveWebApplicationContext.class);
    }

    @Test
    void askWhenNothingIsPaidThenTermsThatAreRecorded() {
        Reply reply = this.desk.ask("ann", "to buy?", null);
        assertThat(reply.reason()).isEqualTo(Reason.PAYMENT_REQUIRED);
        assertThat(new PaymentHeaderCodec(16_384).decodePaymentRequired(reply.text())).map(PaymentRequired::accepts)
            .hasValue(List.of(AdviceDesk.TERMS));
        assertThat(this.facilitator.verifications()).isEmpty();
        assertThat(this.facilitator.settlements()).isEmpty();
    }

    @Test
    void askWhenPaidThenAdviceIsSettledOnceRecordedAndCounted() {
        double before = earned();
        Reply reply = this.desk.ask("ann", "to buy?", pay());
        assertThat(reply).isEqualTo(new Reply(null, "Sleep on it: to buy?", FakeFacilitator.TRANSACTION));
        assertThat(this.facilitator.verifications()).hasSize(1);
        assertThat(this.facilitator.settlements()).hasSize(1);
        assertThat(this.records.types()).containsSubsequence("identity_established", "policy_decided", "payment_event",
                "resource_returned");
        assertThat(this.records.written)
            .allSatisfy((record) -> assertThat(record.toMap()).containsEntry("endpoint", "advice")
                .containsEntry("caller", "ann"));
        assertThat(earned() - before).isCloseTo(0.01, within(1e-9));
    }

    @ParameterizedTest
    @CsvSource({ "to buy?, PAYMENT_ALREADY_USED", "to sell?, REQUEST_MISMATCH" })
    void askWhenThePaymentIsPresentedAgainThenRefusedAndNotSettledAgain(String question, Reason reason) {
        String payment = pay();
        assertThat(this.desk.ask("ann", "to buy?", payment).reason()).isNull();
        double before = replays(reason);
        Reply reply = this.desk.ask("ann", question, payment);
        assertThat(reply).isEqualTo(new Reply(reason, "", null));
        assertThat(this.facilitator.settlements()).hasSize(1);
        assertThat(replays(reason) - before).isOne();
    }

    static Stream<Arguments> lies() {
        PaymentRequirements terms = AdviceDesk.TERMS;
        PaymentRequirements cheap = terms(terms, TokenAmount.of(1), terms.payTo());
        PaymentRequirements own = terms(terms, terms.amount(), WALLET.address());
        return Stream.of(lie("cheaper terms", (now) -> WALLET.pay(cheap, now), Reason.REQUIREMENT_MISMATCH),
                lie("its own recipient", (now) -> WALLET.pay(own, now), Reason.REQUIREMENT_MISMATCH),
                lie("less than accepted", (now) -> WALLET.pay(terms, now).with("value", "1"), Reason.PAYMENT_INVALID),
                lie("another recipient than accepted", (now) -> WALLET.pay(terms, now).with("to", WALLET.address()),
                        Reason.PAYMENT_INVALID),
                lie("somebody else's signature", (now) -> WALLET.pay(terms, now).signedBy(TestWallet.named("2")),
                        Reason.PAYMENT_INVALID),
                lie("another chain", (now) -> WALLET.pay(terms, now).chainId(1), Reason.PAYMENT_INVALID),
                lie("an amount changed after signing", (now) -> WALLET.pay(terms, now).tamper("value", "20000"),
                        Reason.PAYMENT_INVALID));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("lies")
    void askWhenThePaymentLiesThenRefusedAndNobodyIsAsked(String lie, Function<Instant, PaymentDraft> draft,
            Reason reason) {
        assertThat(this.desk.ask("ann", "to buy?", draft.apply(NOW).header())).isEqualTo(new Reply(reason, "", null));
        assertThat(this.facilitator.verifications()).isEmpty();
        assertThat(this.facilitator.settlements()).isEmpty();
    }

    @Test
    void askWhenThePaymentIsNoPaymentThenMalformed() {
        assertThat(this.desk.ask("ann", "to buy?", "bm90aGluZw==").reason()).isEqualTo(Reason.PAYMENT_MALFORMED);
    }

    @Test
    void askWhenThePolicyDeniesThenNotSettledAndThePaymentStaysValid() {
        String payment = pay();
        assertThat(this.desk.ask("bob", "to buy?", payment).reason()).isEqualTo(Reason.FORBIDDEN);
        assertThat(this.facilitator.settlements()).isEmpty();
        assertThat(this.desk.ask("ann", "to buy?", payment).reason()).isNull();
    }

    @Test
    void askWhenThereIsNoAdviceThenNotSettled() {
        assertThat(this.desk.ask("ann", "", pay())).isEqualTo(new Reply(null, "No advice", null));
        assertThat(this.facilitator.settlements()).isEmpty();
    }

    @Test
    void askWhenTheSettlementIsUnknownThenPendingAndTheSamePaymentFinishesIt() {
        this.facilitator.onSettle(FakeFacilitator
            .failure(new FacilitatorException("gone", null, FacilitatorException.Failure.UNREACHABLE, Duration.ZERO)));
        String payment = pay();
        assertThat(this.desk.ask("ann", "to hold?", payment).reason()).isEqualTo(Reason.SETTLEMENT_PENDING);
        assertThat(this.desk.ask("ann", "to hold?", payment).text()).isEqualTo("Sleep on it: to hold?");
    }

    private static Arguments lie(String name, Function<Instant, PaymentDraft> draft, Reason reason) {
        return Arguments.of(name, draft, reason);
    }

    private static PaymentRequirements terms(PaymentRequirements terms, TokenAmount amount, String payTo) {
        return new PaymentRequirements(terms.scheme(), terms.network(), amount, terms.asset(), payTo,
                terms.maxTimeoutSeconds(), terms.extra());
    }

    private static String pay() {
        return WALLET.pay(AdviceDesk.TERMS, NOW).header();
    }

    private double earned() {
        return count("x402.payments.settled.amount", "endpoint", "advice");
    }

    private double replays(Reason reason) {
        return count("x402.replays", "reason", reason.code());
    }

    private double count(String name, String... tags) {
        return this.context.getBean(SimpleMeterRegistry.class)
            .find(name)
            .tags(tags)
            .counters()
            .stream()
            .mapToDouble((counter) -> counter.count())
            .sum();
    }

    static final class Records implements AuditSink {

        private final List<AuditRecord> written = new CopyOnWriteArrayList<>();

        @Override
        public void write(AuditRecord record) {
            this.written.add(record);
        }

        List<String> types() {
            return this.written.stream().map(AuditRecord::type).toList();
        }

    }

    @SpringBootConfiguration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Desk {

        @Bean
        AdviceDesk desk(PaymentGate gate, PaymentHeaderCodec codec) {
            return new AdviceDesk(gate, codec);
        }

        @Bean
        PaymentAuthorizer authorizer() {
            return new PaymentAuthorizer() {

                @Override
                public boolean lacksIdentity(PaidEndpointDefinition endpoint, PaidExchange exchange) {
                    return exchange.caller() == null;
                }

                @Override
                public Permission authorize(PaidEndpointDefinition endpoint, PaidExchange exchange,
                        VerifiedPayment payment) {
                    return "ann".equals(exchange.caller()) ? new Permission.Granted(null)
                            : new Permission.Denied(Denial.of(Reason.FORBIDDEN));
                }

            };
        }

        @Bean
        FakeFacilitator facilitator() {
            return new FakeFacilitator();
        }

        @Bean
        Clock clock() {
            return new MutableClock(NOW);
        }

        @Bean
        Records records() {
            return new Records();
        }

        @Bean
        SimpleMeterRegistry meters() {
            return new SimpleMeterRegistry();
        }

        @Bean
        ObservationRegistry observations(SimpleMeterRegistry meters) {
            ObservationRegistry registry = ObservationRegistry.create();
            registry.observationConfig().observationHandler(new DefaultMeterObservationHandler(meters));
            return registry;
        }

    }

}
