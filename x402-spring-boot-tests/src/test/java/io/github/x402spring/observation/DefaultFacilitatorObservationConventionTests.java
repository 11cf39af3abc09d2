package io.github.x402spring.observation;

import io.micrometer.common.KeyValue;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import io.github.x402spring.protocol.FacilitatorRemark;
import io.github.x402spring.protocol.TokenAmount;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class DefaultFacilitatorObservationConventionTests {

    private final DefaultFacilitatorObservationConvention convention = new DefaultFacilitatorObservationConvention();

    @ParameterizedTest
    @CsvSource({ "VERIFY,x402 verify", "SETTLE,x402 settle" })
    void nameWhenAskedThenIsTheOperations(X402Observation operation, String name) {
        assertThat(this.convention.getContextualName(context(operation))).isEqualTo(name);
    }

    @Test
    void transactionWhenOnlyVerifiedThenIsNoKeyAtAll() {
        FacilitatorObservationContext context = context(X402Observation.VERIFY);
        context.setTransaction("0xt");
        assertThat(this.convention.getHighCardinalityKeyValues(context).toString()).doesNotContain("0xt",
                "x402.transaction");
    }

    @ParameterizedTest
    @EnumSource(names = { "VERIFY", "SETTLE" })
    void remarkWhenTheFacilitatorRefusedThenIsOnTheSpanOnly(X402Observation operation) {
        FacilitatorObservationContext context = context(operation);
        assertThat(this.convention.getHighCardinalityKeyValues(context)).contains(
                KeyValue.of("x402.facilitator.reason", "none"), KeyValue.of("x402.facilitator.correlation.id", "none"));
        context.setRemark(new FacilitatorRemark("blocked", "Wallet on a list", "c-7"));
        assertThat(this.convention.getHighCardinalityKeyValues(context)).contains(
                KeyValue.of("x402.facilitator.reason", "blocked"),
                KeyValue.of("x402.facilitator.correlation.id", "c-7"));
        assertThat(this.convention.getHighCardinalityKeyValues(context).toString()
                + this.convention.getLowCardinalityKeyValues(context))
            .doesNotContain("Wallet");
        assertThat(this.convention.getLowCardinalityKeyValues(context).toString()).doesNotContain("blocked", "c-7");
    }

    @Test
    void transactionWhenSettledThenIsOnTheSpanOnly() {
        FacilitatorObservationContext context = context(X402Observation.SETTLE);
        context.setTransaction("0xt");
        assertThat(this.convention.getHighCardinalityKeyValues(context))
            .contains(KeyValue.of("x402.transaction", "0xt"));
        assertThat(this.convention.getLowCardinalityKeyValues(context).toString()).doesNotContain("0xt");
    }

    @Test
    void assetWhenTheTokenIsUnknownThenItsAddressIsNoTag() {
        FacilitatorObservationContext context = new FacilitatorObservationContext(X402Observation.SETTLE,
                ObservationFixture.terms("0xdead", TokenAmount.of(1)), "other", "http");
        assertThat(this.convention.getLowCardinalityKeyValues(context)).contains(KeyValue.of("asset", "other"))
            .extracting(KeyValue::getKey)
            .containsExactlyInAnyOrder("outcome", "scheme", "network", "asset", "facilitator");
    }

    private static FacilitatorObservationContext context(X402Observation operation) {
        return new FacilitatorObservationContext(operation, ObservationFixture.TERMS, "USDC", "http");
    }

}
