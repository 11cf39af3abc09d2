package io.github.x402spring.autoconfigure.observation;

import io.micrometer.observation.ObservationRegistry;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import io.github.x402spring.autoconfigure.observation.ObservedPorts.Conventions;
import io.github.x402spring.exchange.PaymentAuthorizer;
import io.github.x402spring.facilitator.Facilitator;
import io.github.x402spring.facilitator.FakeFacilitator;
import io.github.x402spring.ledger.PaymentLedger;
import io.github.x402spring.observation.LedgerObservationConvention;
import io.github.x402spring.observation.ObservationFixture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;

@Tag("locale")
class ObservedPortsTests {

    private final Facilitator facilitator = new FakeFacilitator();

    private final PaymentLedger ledger = mock(PaymentLedger.class);

    private final PaymentAuthorizer authorizer = mock(PaymentAuthorizer.class);

    @Test
    void decorateWhenNothingIsEverObservedThenNothingStandsBetween() {
        ObservedPorts ports = ports(ObservationRegistry.NOOP, null);
        assertThat(ports.decorate(this.facilitator)).isSameAs(this.facilitator);
        assertThat(ports.decorate(this.ledger)).isSameAs(this.ledger);
        assertThat(ports.decorate(this.authorizer)).isSameAs(this.authorizer);
    }

    @Test
    void decorateWhenHandlersMayComeLaterThenIsObserved() {
        ObservedPorts ports = ports(ObservationRegistry.create(), null);
        assertThat(ports.decorate(this.facilitator)).isInstanceOf(ObservedFacilitator.class);
        assertThat(ports.decorate(this.ledger)).isInstanceOf(ObservedLedger.class);
        assertThat(ports.decorate(this.authorizer)).isInstanceOf(ObservedAuthorizer.class);
    }

    @Test
    void decorateWhenTheApplicationHasAConventionThenItNames() throws Exception {
        ObservationFixture observed = new ObservationFixture();
        LedgerObservationConvention custom = new LedgerObservationConvention() {

            @Override
            public String getName() {
                return "shop.ledger";
            }

        };
        ports(observed.registry, custom).decorate(this.ledger).find(null);
        assertThat(observed.meters.get("shop.ledger").timer().count()).isOne();
    }

    private static ObservedPorts ports(ObservationRegistry registry, LedgerObservationConvention custom) {
        return new ObservedPorts(registry, NamesFixture.NAMES, new Conventions(null, null, custom));
    }

}
