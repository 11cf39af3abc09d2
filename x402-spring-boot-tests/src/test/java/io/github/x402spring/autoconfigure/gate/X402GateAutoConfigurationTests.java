package io.github.x402spring.autoconfigure.gate;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.annotation.ImportCandidates;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.AbstractApplicationContextRunner;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.util.ClassUtils;
import org.springframework.web.servlet.DispatcherServlet;

import io.github.x402spring.InvalidX402ConfigurationException;
import io.github.x402spring.PaymentFlow;
import io.github.x402spring.autoconfigure.PaidApplication;
import io.github.x402spring.exchange.ExchangeListener;
import io.github.x402spring.exchange.ExchangeStart;
import io.github.x402spring.exchange.PaidEndpointDefinition;
import io.github.x402spring.exchange.PaymentAuthorizer;
import io.github.x402spring.facilitator.Facilitator;
import io.github.x402spring.facilitator.FacilitatorCircuits;
import io.github.x402spring.gate.PaymentGate;
import io.github.x402spring.ledger.PaymentLedger;
import io.github.x402spring.ledger.history.PaymentHistory;
import io.github.x402spring.limit.ExposureGuard;
import io.github.x402spring.limit.PaymentIntake;
import io.github.x402spring.operator.RefusalLog;
import io.github.x402spring.reconcile.Reconciler;
import io.github.x402spring.webmvc.PaymentInterceptor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;

class X402GateAutoConfigurationTests {

    private static final String ENABLED = "x402.gate.enabled=true";

    private static final List<Class<?>> OF_THE_GATE = List.of(PaymentGate.class, FacilitatorCircuits.class,
            ExchangeListener.class, Facilitator.class, PaymentLedger.class, PaymentHistory.class, PaymentIntake.class,
            ExposureGuard.class, RefusalLog.class, Reconciler.class);

    private static final List<String> NAMED_OF_THE_GATE = List.of("x402AuditTrail", "x402DecisionLog",
            "x402PaymentMeters", "x402StateMeters", "x402HealthIndicator");

    private final ApplicationContextRunner own = new ApplicationContextRunner().withConfiguration(starter())
        .withBean(MeterRegistry.class, SimpleMeterRegistry::new)
        .withPropertyValues(ENABLED);

    /** All auto-configurations of the starter. */
    static AutoConfigurations starter() {
        return AutoConfigurations.of(ImportCandidates.load(AutoConfiguration.class, null)
            .getCandidates()
            .stream()
            .filter((name) -> name.startsWith("io.github.x402spring.autoconfigure."))
            .map((name) -> ClassUtils.resolveClassName(name, null))
            .toArray(Class<?>[]::new));
    }

    static Stream<Arguments> buyers() {
        return Stream.of(buyer("without anything", ApplicationContextRunner::new),
                buyer("that may not",
                        () -> new ApplicationContextRunner().withPropertyValues("x402.gate.enabled=false")),
                buyer("with the configuration of a shop",
                        () -> new ApplicationContextRunner().withPropertyValues("x402.pay-to=" + PaidApplication.PAY_TO,
                                "x402.endpoints.weather.price=$0.01", "x402.facilitator.url=https://f.example.com")),
                buyer("with a database",
                        () -> new ApplicationContextRunner()
                            .withConfiguration(AutoConfigurations.of(DataSourceAutoConfiguration.class))),
                buyer("without web3j core",
                        () -> new ApplicationContextRunner()
                            .withClassLoader(new FilteredClassLoader("org.web3j.protocol"))),
                buyer("on WebFlux", ReactiveWebApplicationContextRunner::new),
                buyer("that serves requests without Spring Security",
                        () -> new WebApplicationContextRunner()
                            .withClassLoader(new FilteredClassLoader("org.springframework.security"))),
                buyer("that serves requests without Spring MVC", () -> new WebApplicationContextRunner()
                    .withClassLoader(new FilteredClassLoader(DispatcherServlet.class))));
    }

    private static Arguments buyer(String kind, Supplier<AbstractApplicationContextRunner<?, ?, ?>> runner) {
        return Arguments.of(kind, runner);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("buyers")
    void whenNothingIsSoldThenNoBeanOfTheGate(String kind, Supplier<AbstractApplicationContextRunner<?, ?, ?>> buyer) {
        buyer.get()
            .withConfiguration(starter())
            .withBean(MeterRegistry.class, SimpleMeterRegistry::new)
            .run((context) -> {
                assertThat(context.getStartupFailure()).isNull();
                OF_THE_GATE.forEach((type) -> assertThat(beans(context, type)).as(type.getName()).isEmpty());
                NAMED_OF_THE_GATE.forEach((name) -> assertThat(context.containsBean(name)).as(name).isFalse());
            });
    }

    @Test
    void whenSpringMvcServesRequestsThenBeansOfTheGate() {
        PaidApplication.runner()
            .withBean(MeterRegistry.class, SimpleMeterRegistry::new)
            .run((context) -> assertThat(context).hasSingleBean(PaymentGate.class)
                .hasSingleBean(PaymentInterceptor.class)
                .hasBean("x402AuditTrail"));
    }

    @Test
    void whenOwnCodeSellsThenBeansOfTheGateWithoutAnAdapter() {
        this.own.withBean(PaymentAuthorizer.class, () -> mock(PaymentAuthorizer.class)).run((context) -> {
            assertThat(context).hasNotFailed().doesNotHaveBean(PaymentInterceptor.class);
            OF_THE_GATE.forEach((type) -> assertThat(beans(context, type)).as(type.getName()).isNotEmpty());
            NAMED_OF_THE_GATE.forEach((name) -> assertThat(context.containsBean(name)).as(name).isTrue());
        });
    }

    @Test
    void whenOwnCodeSellsOnWebFluxThenBeansOfTheGate() {
        new ReactiveWebApplicationContextRunner().withConfiguration(starter())
            .withPropertyValues(ENABLED)
            .withBean(PaymentAuthorizer.class, () -> mock(PaymentAuthorizer.class))
            .run((context) -> assertThat(context).hasSingleBean(PaymentGate.class));
    }

    @Test
    void whenAListenerDependsOnTheGateThenStartsAndItHears() {
        this.own.withBean(PaymentAuthorizer.class, () -> mock(PaymentAuthorizer.class))
            .withUserConfiguration(ListeningDesk.class)
            .run((context) -> {
                assertThat(context).hasNotFailed();
                ExchangeStart start = new ExchangeStart(
                        new PaidEndpointDefinition("advice", "", "", null, PaymentFlow.AUTHORIZATION, false),
                        ExchangeStart.X402, "8e7bd1cc-8f9a-4b6e-9f39-1d5a5f1f6a11", null, null, null);
                assertThat(context.getBean(PaymentGate.class).begin(() -> start).observed()).isTrue();
                assertThat(context.getBean(ListeningDesk.class).starts).containsExactly(start);
            });
    }

    @Test
    void whenNothingAuthorizesThenFailsAndSaysWhatToDeclare() {
        this.own.withClassLoader(new FilteredClassLoader("org.springframework.security"))
            .run((context) -> assertThat(failure(context.getStartupFailure()))
                .satisfies((failure) -> assertThat(failure.action()).contains("PaymentAuthorizer bean")));
    }

    @ParameterizedTest
    @ValueSource(strings = { "prod", "live" })
    void whenOwnCodeSellsForRealMoneyOverPlainHttpThenFails(String profile) {
        ApplicationContextRunner production = this.own
            .withBean(PaymentAuthorizer.class, () -> mock(PaymentAuthorizer.class))
            .withPropertyValues("x402.facilitator.url=http://facilitator.internal",
                    "spring.profiles.active=" + profile);
        production.run((context) -> assertThat(failure(context.getStartupFailure()).action())
            .contains("x402.facilitator.allow-insecure"));
        production.withPropertyValues("x402.facilitator.allow-insecure=true")
            .run((context) -> assertThat(context).hasNotFailed());
    }

    private static InvalidX402ConfigurationException failure(Throwable failure) {
        assertThat(failure).isNotNull();
        return (InvalidX402ConfigurationException) NestedExceptionUtils.getMostSpecificCause(failure);
    }

    private static String[] beans(ApplicationContext context, Class<?> type) {
        return context.getBeanNamesForType(type);
    }

    /** Sells, and hears of what it sells. */
    static final class ListeningDesk implements ExchangeListener {

        private final List<ExchangeStart> starts = new ArrayList<>();

        ListeningDesk(PaymentGate gate) {
            assertThat(gate).isNotNull();
        }

        @Override
        public Exchange started(ExchangeStart start) {
            this.starts.add(start);
            return (end) -> {
            };
        }

    }

}
