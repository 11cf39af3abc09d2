package io.github.x402spring.autoconfigure.observation;

import io.micrometer.observation.ObservationRegistry;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import io.github.x402spring.decision.Reason;
import io.github.x402spring.exchange.ExchangeDecision;
import io.github.x402spring.exchange.ExchangeListener.Exchange;
import io.github.x402spring.exchange.ExchangeListener.Scope;
import io.github.x402spring.observation.ExchangeObservationConvention;
import io.github.x402spring.observation.ObservationFixture;
import io.github.x402spring.observation.PaymentKeyName;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class ObservedExchangesTests {

    private final ObservationFixture observed = new ObservationFixture();

    private final ObservedExchanges exchanges = new ObservedExchanges(this.observed.registry, null, NamesFixture.NAMES);

    @Test
    void startedWhenNobodyListensThenThereIsNothingToTell() {
        assertThat(new ObservedExchanges(ObservationRegistry.create(), null, NamesFixture.NAMES)
            .started(ObservationFixture.START)).isNull();
    }

    @Test
    void endedWhenToldThenIsObservedOnceWithWhatBecameOfIt() {
        Exchange exchange = this.exchanges.started(ObservationFixture.START);
        assertThat(this.observed.last()).isNull();
        exchange.ended(ObservationFixture.end(ExchangeDecision.REFUSED, Reason.FORBIDDEN, ObservationFixture.PAYMENT));
        assertThat(this.observed.meters.get("x402.exchange")
            .tags("endpoint", "report", "flow", "upfront", "decision", "refused", "reason", "forbidden", "asset",
                    "USDC")
            .timer()
            .count()).isOne();
        assertThat(this.observed.last().getContextualName()).isEqualTo("x402 exchange report");
    }

    @Test
    void enterWhenLeftThenTheObservationIsTheThreadsOwnNoMore() {
        Exchange exchange = this.exchanges.started(ObservationFixture.START);
        assertThat(this.observed.registry.getCurrentObservation()).isNull();
        try (Scope scope = exchange.enter()) {
            assertThat(this.observed.registry.getCurrentObservation()).isNotNull();
        }
        assertThat(this.observed.registry.getCurrentObservation()).isNull();
    }

    @Test
    void startedWhenRequestsRunSideBySideThenEachEndsForItself() {
        Exchange first = this.exchanges.started(ObservationFixture.START);
        Exchange second = this.exchanges.started(ObservationFixture.START);
        second.ended(ObservationFixture.end(ExchangeDecision.SETTLED, null, ObservationFixture.PAYMENT));
        assertThat(this.observed.last(PaymentKeyName.DECISION)).isEqualTo("settled");
        first.ended(ObservationFixture.end(ExchangeDecision.CHALLENGED, Reason.PAYMENT_REQUIRED, null));
        assertThat(this.observed.last(PaymentKeyName.DECISION)).isEqualTo("challenged");
    }

    @Test
    void startedWhenTheApplicationHasAConventionThenItNames() {
        ExchangeObservationConvention custom = new ExchangeObservationConvention() {

            @Override
            public String getName() {
                return "shop.exchange";
            }

        };
        new ObservedExchanges(this.observed.registry, custom, NamesFixture.NAMES).started(ObservationFixture.START)
            .ended(ObservationFixture.end(ExchangeDecision.SETTLED, null, ObservationFixture.PAYMENT));
        assertThat(this.observed.meters.get("shop.exchange").timer().count()).isOne();
    }

}
