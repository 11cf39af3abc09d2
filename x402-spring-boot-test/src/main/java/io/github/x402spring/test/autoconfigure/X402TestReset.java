package io.github.x402spring.test.autoconfigure;

import java.time.Clock;
import java.time.Duration;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.ApplicationListener;
import org.springframework.test.context.event.AfterTestMethodEvent;

import io.github.x402spring.autoconfigure.X402Properties;
import io.github.x402spring.endpoint.PaidEndpointCatalog;
import io.github.x402spring.limit.PaymentIntake;
import io.github.x402spring.test.MockFacilitator;
import io.github.x402spring.test.TestClock;

/**
 * Reset of shared state after each test method, because many tests share a context:
 * payments, scripts and counts of one test must not affect another. The clock goes on by
 * more than the window in which failures count.
 */
final class X402TestReset implements ApplicationListener<AfterTestMethodEvent> {

    private static final Duration BETWEEN_TESTS = Duration.ofMinutes(10);

    private final RenewableState state;

    private final ObjectProvider<MockFacilitator> facilitators;

    private final ObjectProvider<Clock> clocks;

    private final ObjectProvider<PaymentIntake> intakes;

    private final ObjectProvider<X402Properties> overload;

    private final ObjectProvider<PaidEndpointCatalog> catalogs;

    X402TestReset(RenewableState state, ObjectProvider<MockFacilitator> facilitators, ObjectProvider<Clock> clocks,
            ObjectProvider<PaymentIntake> intakes, ObjectProvider<X402Properties> overload,
            ObjectProvider<PaidEndpointCatalog> catalogs) {
        this.state = state;
        this.facilitators = facilitators;
        this.clocks = clocks;
        this.intakes = intakes;
        this.overload = overload;
        this.catalogs = catalogs;
    }

    @Override
    public void onApplicationEvent(AfterTestMethodEvent event) {
        this.facilitators.stream().forEach(MockFacilitator::reset);
        this.state.renew();
        this.clocks.stream().forEach((clock) -> {
            if (clock instanceof TestClock test) {
                test.advance(BETWEEN_TESTS);
            }
        });
        this.intakes.ifAvailable((intake) -> {
            this.overload.ifAvailable((properties) -> intake.accept(properties.payments().accepting()));
            this.catalogs.stream()
                .flatMap((catalog) -> catalog.endpoints().stream())
                .forEach((endpoint) -> intake.pause(endpoint.definition().name(), false));
        });
    }

}
