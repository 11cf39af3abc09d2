package io.github.x402spring.observation;

import io.micrometer.common.KeyValue;
import io.micrometer.common.KeyValues;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class DefaultChainObservationConventionTests {

    private final ChainObservationContext context = new ChainObservationContext(ObservationFixture.NETWORK, "eth_call");

    @Test
    void valuesWhenInFlightThenOutcomeIsNone() {
        assertThat(new DefaultChainObservationConvention().getLowCardinalityKeyValues(this.context))
            .containsExactlyInAnyOrder(KeyValue.of("method", "eth_call"), KeyValue.of("outcome", "none"),
                    KeyValue.of("network", ObservationFixture.NETWORK.toString()));
    }

    @Test
    void valuesWhenExtendedThenApplicationsOwnAreAdded() {
        this.context.setOutcome("done");
        assertThat(new RegionalConvention().getLowCardinalityKeyValues(this.context))
            .contains(KeyValue.of("outcome", "done"), KeyValue.of("region", "eu"))
            .hasSize(4);
    }

    private static final class RegionalConvention extends DefaultChainObservationConvention {

        @Override
        public KeyValues getLowCardinalityKeyValues(ChainObservationContext context) {
            return super.getLowCardinalityKeyValues(context).and(KeyValue.of("region", "eu"));
        }

    }

}
