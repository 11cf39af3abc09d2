package io.github.x402spring.observation;

import io.micrometer.common.KeyValue;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class DefaultLedgerObservationConventionTests {

    private final LedgerObservationContext context = new LedgerObservationContext("reserve", "jdbc");

    private final DefaultLedgerObservationConvention convention = new DefaultLedgerObservationConvention();

    @Test
    void nameWhenAskedThenHasTheOperation() {
        assertThat(this.convention.getContextualName(this.context)).isEqualTo("x402 ledger reserve");
    }

    @Test
    void valuesWhenEndedThenHaveTheOutcome() {
        this.context.setOutcome("reserved");
        assertThat(this.convention.getLowCardinalityKeyValues(this.context)).containsExactlyInAnyOrder(
                KeyValue.of("operation", "reserve"), KeyValue.of("outcome", "reserved"), KeyValue.of("ledger", "jdbc"));
    }

}
