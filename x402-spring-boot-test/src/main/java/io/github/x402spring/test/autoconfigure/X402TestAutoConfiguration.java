package io.github.x402spring.test.autoconfigure;

import java.time.Clock;
import java.util.List;
import java.util.function.Supplier;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

import io.github.x402spring.asset.AssetRegistry;
import io.github.x402spring.autoconfigure.X402AutoConfiguration;
import io.github.x402spring.autoconfigure.X402FacilitatorAutoConfiguration;
import io.github.x402spring.autoconfigure.X402LedgerProperties;
import io.github.x402spring.autoconfigure.X402Properties;
import io.github.x402spring.autoconfigure.evm.X402EvmAutoConfiguration;
import io.github.x402spring.autoconfigure.ledger.X402LedgerAutoConfiguration;
import io.github.x402spring.autoconfigure.ledger.X402SharedLedgerAutoConfiguration;
import io.github.x402spring.endpoint.PaidEndpointCatalog;
import io.github.x402spring.facilitator.Facilitator;
import io.github.x402spring.facilitator.resilience.ResilientFacilitator;
import io.github.x402spring.gate.PaymentPortDecorator;
import io.github.x402spring.ledger.ExposureLedger;
import io.github.x402spring.ledger.PaymentLedger;
import io.github.x402spring.ledger.TaskRegistry;
import io.github.x402spring.ledger.history.PaymentHistory;
import io.github.x402spring.ledger.memory.InMemoryLedgers;
import io.github.x402spring.limit.PaymentIntake;
import io.github.x402spring.scheme.PaymentScheme;
import io.github.x402spring.test.MockFacilitator;
import io.github.x402spring.test.TestClock;
import io.github.x402spring.test.TestPaymentFilter;
import io.github.x402spring.test.autoconfigure.AutoConfigureX402.Payments;
import io.github.x402spring.webmvc.PaidEndpointRegistry;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for tests of applications that
 * charge.
 *
 * @see AutoConfigureX402
 */
@AutoConfiguration(after = X402SharedLedgerAutoConfiguration.class,
        before = { X402AutoConfiguration.class, X402FacilitatorAutoConfiguration.class, X402EvmAutoConfiguration.class,
                X402LedgerAutoConfiguration.class })
@Conditional(X402TestMode.OnTest.class)
@EnableConfigurationProperties({ X402Properties.class, X402LedgerProperties.class })
final class X402TestAutoConfiguration {

    @Bean
    @ConditionalOnMissingBean(Clock.class)
    TestClock x402TestClock() {
        return TestClock.create();
    }

    @Bean(FacilitatorReplacement.MOCK)
    MockFacilitator x402MockFacilitator(List<PaymentScheme> schemes, AssetRegistry assets,
            ObjectProvider<Clock> clock) {
        return new MockFacilitator(schemes, assets, clock.getIfAvailable(Clock::systemUTC));
    }

    @Bean
    static FacilitatorReplacement x402FacilitatorReplacement() {
        return new FacilitatorReplacement();
    }

    @Bean
    static RenewableState x402RenewableState() {
        return new RenewableState();
    }

    @Bean
    X402TestReset x402TestReset(RenewableState state, ObjectProvider<MockFacilitator> facilitators,
            ObjectProvider<Clock> clocks, ObjectProvider<PaymentIntake> intakes,
            ObjectProvider<X402Properties> overload, ObjectProvider<PaidEndpointCatalog> catalogs) {
        return new X402TestReset(state, facilitators, clocks, intakes, overload, catalogs);
    }

    /** A circuit that one test opened is closed in the next. */
    @Bean
    @Order(Ordered.HIGHEST_PRECEDENCE)
    PaymentPortDecorator x402RenewableCircuit(RenewableState state, ObjectProvider<MockFacilitator> facilitators,
            ObjectProvider<Clock> clock, X402Properties properties) {
        return new PaymentPortDecorator() {

            @Override
            public Facilitator decorate(Facilitator facilitator) {
                MockFacilitator mock = facilitators.getIfAvailable();
                if (mock == null) {
                    return facilitator;
                }
                X402Properties.CircuitBreaker circuit = properties.facilitator().circuitBreaker();
                Clock time = clock.getIfAvailable(Clock::systemUTC);
                return state.renewable(Facilitator.class,
                        () -> new ResilientFacilitator(mock, properties.facilitator().maxConcurrentCalls(),
                                circuit.failureRate(), circuit.window(), circuit.openTime(), time));
            }

        };
    }

    @Bean
    @ConditionalOnMissingBean(ExposureLedger.class)
    ExposureLedger x402ExposureLedger(RenewableState state, ObjectProvider<Clock> clock,
            X402LedgerProperties properties) {
        Clock time = clock.getIfAvailable(Clock::systemUTC);
        return state.renewable(ExposureLedger.class,
                () -> new InMemoryLedgers(time, properties.maxEntries()).exposures());
    }

    @Bean
    @ConditionalOnMissingBean(TaskRegistry.class)
    TaskRegistry x402TaskRegistry(RenewableState state, ObjectProvider<Clock> clock, X402Properties limits,
            X402LedgerProperties properties) {
        Clock time = clock.getIfAvailable(Clock::systemUTC);
        return state.renewable(TaskRegistry.class,
                () -> new InMemoryLedgers(time, properties.maxEntries()).tasks(limits.tasks().retention()));
    }

    @Bean(TestPaymentFilter.BEAN_NAME)
    @ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
    FilterRegistrationBean<TestPaymentFilter> x402TestPaymentFilter(X402TestMode mode,
            ObjectProvider<PaidEndpointRegistry> registries) {
        FilterRegistrationBean<TestPaymentFilter> registration = new FilterRegistrationBean<>(
                new TestPaymentFilter((request) -> mode.payments() == Payments.ON
                        && registries.stream().anyMatch((registry) -> registry.resolvesToPaid(request))));
        registration.setOrder(Ordered.HIGHEST_PRECEDENCE);
        return registration;
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnMissingBean({ PaymentLedger.class, PaymentHistory.class })
    static class LedgerConfiguration {

        private static final int MAX_HISTORY = 5000;

        private final Supplier<InMemoryLedgers> factory;

        private volatile InMemoryLedgers ledgers;

        LedgerConfiguration(ObjectProvider<Clock> clock, X402LedgerProperties properties) {
            Clock time = clock.getIfAvailable(Clock::systemUTC);
            this.factory = () -> new InMemoryLedgers(time, properties.maxEntries(), MAX_HISTORY);
            this.ledgers = this.factory.get();
        }

        @Bean
        PaymentHistory x402PaymentHistory(RenewableState state) {
            return state.renewable(PaymentHistory.class, () -> {
                this.ledgers = this.factory.get();
                return this.ledgers.history();
            });
        }

        /** After the history, into which it writes. */
        @Bean
        PaymentLedger x402PaymentLedger(RenewableState state, @Qualifier("x402PaymentHistory") PaymentHistory before) {
            return state.renewable(PaymentLedger.class, () -> this.ledgers.payments());
        }

    }

}
