package io.github.x402spring.autoconfigure.observation;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.github.x402spring.decision.Reason;
import io.github.x402spring.exchange.ClaimedPayment;
import io.github.x402spring.exchange.DeliveredResponse;
import io.github.x402spring.exchange.DeliveredResponse.Delivery;
import io.github.x402spring.exchange.ExchangeDecision;
import io.github.x402spring.observation.ObservationFixture;
import io.github.x402spring.protocol.TokenAmount;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

@Tag("locale")
class PaymentMetersTests {

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    private final PaymentMeters meters = new PaymentMeters(this.registry, NamesFixture.NAMES);

    @Test
    void endedWhenSettledThenIsEarnedInWholeTokens() {
        end(ExchangeDecision.SETTLED, null, ObservationFixture.PAYMENT);
        end(ExchangeDecision.SETTLED, null, ObservationFixture.PAYMENT);
        assertThat(this.registry.get("x402.payments.settled.amount")
            .tags("endpoint", "report", "network", "eip155:84532", "asset", "USDC", "facilitator", "http")
            .counter()
            .count()).isCloseTo(0.02, within(1e-12));
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "SETTLED")
    void endedWhenNotSettledByThisRequestThenNothingIsEarned(ExchangeDecision decision) {
        end(decision, null, ObservationFixture.PAYMENT);
        assertThat(this.registry.find("x402.payments.settled.amount").counter()).isNull();
    }

    @Test
    void endedWhenTheTokenIsUnknownThenIsNotAddedToAnother() {
        end(ExchangeDecision.SETTLED, null,
                new ClaimedPayment(ObservationFixture.terms("0xdead", TokenAmount.of(5)), "0x1", true));
        assertThat(this.registry.getMeters()).isEmpty();
    }

    @Test
    void endedWhenReplayedThenIsCountedByReason() {
        end(ExchangeDecision.REPLAYED, Reason.REQUEST_MISMATCH, ObservationFixture.PAYMENT);
        end(ExchangeDecision.REPLAYED, Reason.PAYMENT_ALREADY_USED, ObservationFixture.PAYMENT);
        end(ExchangeDecision.REFUSED, Reason.FORBIDDEN, ObservationFixture.PAYMENT);
        assertThat(this.registry.get("x402.replays").counters()).hasSize(2);
        assertThat(this.registry.get("x402.replays")
            .tags("endpoint", "report", "reason", "request_mismatch")
            .counter()
            .count()).isOne();
    }

    @Test
    void endedWhenTheAnswerWasTooLongToBeHeldThenIsCounted() {
        this.meters.ended(ObservationFixture.end(ExchangeDecision.RELEASED, null, null,
                new DeliveredResponse(Delivery.WHOLE, 1, null, true)));
        end(ExchangeDecision.RELEASED, null, null);
        assertThat(this.registry.get("x402.held.overflow").tag("endpoint", "report").counter().count()).isOne();
    }

    private void end(ExchangeDecision decision, Reason reason, ClaimedPayment payment) {
        this.meters.started(ObservationFixture.START).ended(ObservationFixture.end(decision, reason, payment));
    }

}
