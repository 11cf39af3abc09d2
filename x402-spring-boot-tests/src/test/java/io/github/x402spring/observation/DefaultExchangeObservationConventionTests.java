package io.github.x402spring.observation;

import io.micrometer.common.KeyValue;
import io.micrometer.common.KeyValues;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullAndEmptySource;

import io.github.x402spring.decision.Reason;
import io.github.x402spring.exchange.DeliveredResponse;
import io.github.x402spring.exchange.DeliveredResponse.Delivery;
import io.github.x402spring.exchange.ExchangeDecision;
import io.github.x402spring.exchange.ExchangeEnd;
import io.github.x402spring.protocol.FacilitatorRemark;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class DefaultExchangeObservationConventionTests {

    private static final String PAYER_HASH = "0f".repeat(16);

    private final DefaultExchangeObservationConvention convention = new DefaultExchangeObservationConvention();

    private final ExchangeObservationContext context = new ExchangeObservationContext(ObservationFixture.START, "http");

    @Test
    void keysWhenUnderWayThenAreTheSameAsAtTheEnd() {
        String[] before = names(low());
        this.context.setEnd(ObservationFixture.end(ExchangeDecision.SETTLED, null, ObservationFixture.PAYMENT), "USDC",
                "0.01", PAYER_HASH);
        assertThat(names(low())).containsExactly(before);
        assertThat(before).hasSize(X402Observation.EXCHANGE.getLowCardinalityKeyNames().length);
    }

    @Test
    void valuesWhenUnderWayThenNothingIsDecided() {
        assertThat(value(low(), "decision")).isEqualTo("none");
        assertThat(value(low(), "delivery")).isEqualTo("none");
        assertThat(value(low(), "reason")).isEqualTo("none");
        assertThat(value(high(), "x402.payer")).isEqualTo("none");
        assertThat(value(high(), "x402.transaction")).isEqualTo("none");
    }

    @Test
    void valuesWhenSettledThenTellHow() {
        this.context.setEnd(ObservationFixture.end(ExchangeDecision.SETTLED, null, ObservationFixture.PAYMENT,
                new DeliveredResponse(Delivery.WHOLE, 5, null, false)), "USDC", "0.01", PAYER_HASH);
        assertThat(value(low(), "decision")).isEqualTo("settled");
        assertThat(value(low(), "delivery")).isEqualTo("whole");
        assertThat(value(low(), "rail")).isEqualTo("x402");
        assertThat(value(high(), "x402.amount")).isEqualTo("0.01");
        assertThat(value(high(), "x402.transaction")).isEqualTo("0xtransaction");
        assertThat(value(high(), "x402.request.id")).isEqualTo(ObservationFixture.START.requestId());
    }

    @Test
    void valuesWhenAPayerIsKnownThenItIsHashedAndOnSpansOnly() {
        this.context.setEnd(ObservationFixture.end(ExchangeDecision.SETTLED, null, ObservationFixture.PAYMENT), "USDC",
                "0.01", PAYER_HASH);
        assertThat(value(high(), "x402.payer")).isEqualTo(PAYER_HASH);
        assertThat(low().toString()).doesNotContain(value(high(), "x402.payer"), "0xtransaction",
                ObservationFixture.START.requestId());
        assertThat(low().toString() + high()).doesNotContain(ObservationFixture.PAYER, "ann");
    }

    @ParameterizedTest
    @NullAndEmptySource
    void transactionWhenThereIsNoneThenNone(String transaction) {
        this.context.setEnd(
                new ExchangeEnd(ObservationFixture.START, ExchangeDecision.UNKNOWN, Reason.SETTLEMENT_PENDING,
                        ObservationFixture.PAYMENT, transaction, 503, DeliveredResponse.NONE, FacilitatorRemark.NONE),
                "USDC", "0.01", PAYER_HASH);
        assertThat(value(high(), "x402.transaction")).isEqualTo("none");
        assertThat(value(low(), "reason")).isEqualTo("settlement_pending");
    }

    private KeyValues low() {
        return this.convention.getLowCardinalityKeyValues(this.context);
    }

    private KeyValues high() {
        return this.convention.getHighCardinalityKeyValues(this.context);
    }

    private static String[] names(KeyValues values) {
        return values.stream().map(KeyValue::getKey).toArray(String[]::new);
    }

    private static String value(KeyValues values, String name) {
        return values.stream().filter((value) -> value.getKey().equals(name)).findFirst().orElseThrow().getValue();
    }

}
