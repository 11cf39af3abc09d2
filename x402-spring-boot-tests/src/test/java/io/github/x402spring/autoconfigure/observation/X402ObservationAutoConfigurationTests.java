package io.github.x402spring.autoconfigure.observation;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;

import io.github.x402spring.autoconfigure.PaidApplication;
import io.github.x402spring.exchange.ExchangeListener;
import io.github.x402spring.facilitator.Facilitator;
import io.github.x402spring.gate.PaymentPortDecorator;
import io.github.x402spring.ledger.PaymentLedger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;

class X402ObservationAutoConfigurationTests {

    private final WebApplicationContextRunner runner = PaidApplication.runner();

    @Test
    void whenThereIsNoRegistryThenOnlyDecisionsAreLogged() {
        this.runner.run((context) -> {
            assertThat(context).hasSingleBean(DecisionLog.class).doesNotHaveBean(ObservedExchanges.class);
            assertThat(context).doesNotHaveBean(PaymentPortDecorator.class).doesNotHaveBean(StateMeters.class);
        });
    }

    @Test
    void whenMicrometersMetersAreMissingThenStarts() {
        this.runner.withClassLoader(new FilteredClassLoader("io.micrometer.core"))
            .withBean(ObservationRegistry.class, ObservationRegistry::create)
            .run((context) -> assertThat(context).hasNotFailed()
                .hasSingleBean(ObservedExchanges.class)
                .doesNotHaveBean(PaymentMeters.class));
    }

    @Test
    void whenActuatorIsMissingThenStarts() {
        this.runner.withClassLoader(new FilteredClassLoader("org.springframework.boot.actuate"))
            .run((context) -> assertThat(context).hasNotFailed().hasSingleBean(DecisionLog.class));
    }

    @Test
    void whenThereIsAnObservationRegistryThenExchangesAndPortsAreObserved() {
        this.runner.withBean(ObservationRegistry.class, ObservationRegistry::create)
            .run((context) -> assertThat(context).hasSingleBean(ObservedExchanges.class)
                .hasSingleBean(ObservedPorts.class)
                .hasSingleBean(ObservedChain.class)
                .doesNotHaveBean(PaymentMeters.class));
    }

    @Test
    void whenWeb3jIsMissingThenNoChainIsObserved() {
        this.runner.withClassLoader(new FilteredClassLoader("org.web3j.protocol"))
            .withBean(ObservationRegistry.class, ObservationRegistry::create)
            .run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(ObservedChain.class));
    }

    @Test
    void whenThereIsAMeterRegistryThenMeters() {
        this.runner.withBean(MeterRegistry.class, SimpleMeterRegistry::new)
            .run((context) -> assertThat(context).hasSingleBean(PaymentMeters.class)
                .hasSingleBean(StateMeters.class)
                .hasSingleBean(ConnectionMeters.class)
                .hasSingleBean(UnknownSettlementMeters.class));
    }

    @Test
    void whenThereAreFacilitatorAndDecisionPointOverHttpThenTheirConnectionsAreMeasured() {
        this.runner.withBean(SimpleMeterRegistry.class, SimpleMeterRegistry::new)
            .withPropertyValues("x402.facilitator.url=http://127.0.0.1:1/",
                    "x402.authorization.opa.url=http://127.0.0.1:1/v1/data/shop",
                    "x402.authorization.opa.max-concurrent-calls=7")
            .run((context) -> {
                SimpleMeterRegistry registry = context.getBean(SimpleMeterRegistry.class);
                context.getBean(ConnectionMeters.class).bindTo(registry);
                assertThat(registry.get("x402.connections.max").tag("peer", "decision_point").gauge().value())
                    .isEqualTo(7);
                assertThat(registry.get("x402.connections.leased").tag("peer", "facilitator").gauge().value()).isZero();
                assertThat(registry.find("x402.connections.max").tag("peer", "node").gauge()).isNull();
            });
    }

    @Test
    void whenTheLedgerCannotRecoverThenNoMetersOfUnknownSettlements() {
        this.runner.withBean(MeterRegistry.class, SimpleMeterRegistry::new)
            .withBean(PaymentLedger.class, () -> mock(PaymentLedger.class))
            .run((context) -> assertThat(context).hasSingleBean(StateMeters.class)
                .doesNotHaveBean(UnknownSettlementMeters.class));
    }

    @Test
    void whenPortsAreObservedThenTheBeansStayAsTheyAre() {
        this.runner.withBean(ObservationRegistry.class, ObservationRegistry::create).run((context) -> {
            assertThat(context.getBean(PaymentLedger.class).kind()).isEqualTo("memory");
            assertThat(context).hasSingleBean(Facilitator.class);
        });
    }

    @Test
    void whenAListenerIsDeclaredThenItAddsUp() {
        this.runner.withBean("own", ExchangeListener.class, () -> mock(ExchangeListener.class))
            .run((context) -> assertThat(context.getBeansOfType(ExchangeListener.class)).hasSize(3));
    }

}
