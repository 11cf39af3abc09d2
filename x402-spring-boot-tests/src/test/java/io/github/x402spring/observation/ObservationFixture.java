package io.github.x402spring.observation;

import java.time.Instant;
import java.util.Map;

import io.micrometer.core.instrument.observation.DefaultMeterObservationHandler;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;

import io.github.x402spring.PaymentFlow;
import io.github.x402spring.VerifiedPayment;
import io.github.x402spring.decision.Reason;
import io.github.x402spring.exchange.ClaimedPayment;
import io.github.x402spring.exchange.DeliveredResponse;
import io.github.x402spring.exchange.ExchangeDecision;
import io.github.x402spring.exchange.ExchangeEnd;
import io.github.x402spring.exchange.ExchangeStart;
import io.github.x402spring.exchange.PaidEndpointDefinition;
import io.github.x402spring.protocol.FacilitatorRemark;
import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.PaymentPayload;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.ResourceInfo;
import io.github.x402spring.protocol.TokenAmount;

/**
 * Values that tests observe, and a registry that remembers the last observation.
 */
public final class ObservationFixture {

    public static final Network NETWORK = Network.parse("base-sepolia");

    public static final String PAYER = "0x" + "f3".repeat(20);

    public static final PaymentRequirements TERMS = terms("0x036CbD53842c5426634e7929541eC2318f3dCF7e",
            TokenAmount.of(10_000));

    public static final ClaimedPayment PAYMENT = new ClaimedPayment(TERMS, PAYER, true);

    public static final ResourceInfo RESOURCE = new ResourceInfo("https://api.example.com/report", "", "");

    public static final PaymentPayload PAYLOAD = new PaymentPayload(2,
            Map.of("payload", Map.of("signature", "0xcheque")));

    public static final VerifiedPayment VERIFIED = new VerifiedPayment("report", RESOURCE.url(), "exact", NETWORK,
            TERMS.asset(), TERMS.amount(), TERMS.payTo(), PAYER, Instant.parse("2026-01-01T00:05:00Z"));

    public static final PaidEndpointDefinition ENDPOINT = new PaidEndpointDefinition("report", "", "", null,
            PaymentFlow.UPFRONT, false);

    public static final ExchangeStart START = new ExchangeStart(ENDPOINT, ExchangeStart.X402,
            "8e7bd1cc-8f9a-4b6e-9f39-1d5a5f1f6a11", null, "ann", "TestAuthentication");

    public final SimpleMeterRegistry meters = new SimpleMeterRegistry();

    public final ObservationRegistry registry = ObservationRegistry.create();

    private Observation.@Nullable Context last;

    public ObservationFixture() {
        this.registry.observationConfig()
            .observationHandler(new DefaultMeterObservationHandler(this.meters))
            .observationHandler(new Stopped());
    }

    /** Returns what was observed last, once it is over. */
    public Observation.@Nullable Context last() {
        return this.last;
    }

    public @Nullable String last(PaymentKeyName key) {
        return this.last.getAllKeyValues()
            .stream()
            .filter((value) -> value.getKey().equals(key.asString()))
            .map((value) -> value.getValue())
            .findFirst()
            .orElse(null);
    }

    public static PaymentRequirements terms(String asset, TokenAmount amount) {
        return new PaymentRequirements("exact", NETWORK, amount, asset, "0x" + "bb".repeat(20), 300, Map.of());
    }

    public static ExchangeEnd end(ExchangeDecision decision, @Nullable Reason reason,
            @Nullable ClaimedPayment payment) {
        return end(decision, reason, payment, DeliveredResponse.NONE);
    }

    public static ExchangeEnd end(ExchangeDecision decision, @Nullable Reason reason, @Nullable ClaimedPayment payment,
            DeliveredResponse answer) {
        return new ExchangeEnd(START, decision, reason, payment,
                (decision == ExchangeDecision.SETTLED) ? "0xtransaction" : null,
                (reason != null) ? reason.status() : 200, answer, FacilitatorRemark.NONE);
    }

    private final class Stopped implements ObservationHandler<Observation.Context> {

        @Override
        public void onStop(Observation.Context context) {
            ObservationFixture.this.last = context;
        }

        @Override
        public boolean supportsContext(Observation.Context context) {
            return true;
        }

    }

}
