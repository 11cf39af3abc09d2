package io.github.x402spring.observation;

import java.util.List;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;

import io.github.x402spring.facilitator.Facilitator;
import io.github.x402spring.facilitator.FacilitatorException;
import io.github.x402spring.facilitator.FacilitatorNotReachedException;
import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.PaymentPayload;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.ResourceInfo;
import io.github.x402spring.protocol.SettleResponse;
import io.github.x402spring.protocol.SupportedKind;
import io.github.x402spring.protocol.VerifyResponse;

/**
 * Observes calls to a facilitator. What is sent over HTTP in the course of a call belongs
 * to the same trace.
 */
final class ObservedFacilitator implements Facilitator {

    private final Facilitator target;

    private final ObservationRegistry registry;

    private final @Nullable FacilitatorObservationConvention custom;

    private final FacilitatorObservationConvention standard;

    ObservedFacilitator(Facilitator target, ObservationRegistry registry,
            @Nullable FacilitatorObservationConvention custom, PaymentNames names) {
        this.target = target;
        this.registry = registry;
        this.custom = custom;
        this.standard = new DefaultFacilitatorObservationConvention(names);
    }

    @Override
    public VerifyResponse verify(PaymentPayload payload, PaymentRequirements requirements, ResourceInfo resource)
            throws FacilitatorException {
        if (this.registry.isNoop()) {
            return this.target.verify(payload, requirements, resource);
        }
        return observe(new FacilitatorObservationContext(X402Observation.VERIFY, requirements), payload, (context) -> {
            VerifyResponse answer = this.target.verify(payload, requirements, resource);
            context.setOutcome(answer.valid() ? "valid" : "invalid");
            context.setRemark(answer.remark().about(payload, answer.invalidReason()));
            return answer;
        });
    }

    @Override
    public SettleResponse settle(PaymentPayload payload, PaymentRequirements requirements, ResourceInfo resource)
            throws FacilitatorException {
        if (this.registry.isNoop()) {
            return this.target.settle(payload, requirements, resource);
        }
        return observe(new FacilitatorObservationContext(X402Observation.SETTLE, requirements), payload, (context) -> {
            SettleResponse answer = this.target.settle(payload, requirements, resource);
            context.setOutcome(answer.success() ? "settled" : answer.pending() ? "pending" : "refused");
            context.setTransaction(answer.transaction());
            context.setRemark(answer.remark().about(payload, answer.errorReason()));
            return answer;
        });
    }

    /** The message of any other exception may quote the payment: spans do not get it. */
    private <T> T observe(FacilitatorObservationContext context, PaymentPayload payload, Call<T> call)
            throws FacilitatorException {
        Observation observation = context.getOperation()
            .start(this.custom, this.standard, () -> context, this.registry);
        context.setOutcome("failed");
        try (Observation.Scope scope = observation.openScope()) {
            return call.make(context);
        }
        catch (FacilitatorException ex) {
            context.setOutcome((ex instanceof FacilitatorNotReachedException) ? "not_reached" : "failed");
            context.setRemark(ex.remark().about(payload, null));
            observation.error(ex);
            throw ex;
        }
        finally {
            observation.stop();
        }
    }

    @Override
    public List<SupportedKind> supported() throws FacilitatorException {
        return this.target.supported();
    }

    @Override
    public void probe(Network network) throws FacilitatorException {
        this.target.probe(network);
    }

    @Override
    public void checkAsked() throws FacilitatorNotReachedException {
        this.target.checkAsked();
    }

    @Override
    public Kind kind() {
        return this.target.kind();
    }

    @Override
    public boolean simulated() {
        return this.target.simulated();
    }

    @Override
    public boolean mayServe(Network network) {
        return this.target.mayServe(network);
    }

    @FunctionalInterface
    private interface Call<T> {

        T make(FacilitatorObservationContext context) throws FacilitatorException;

    }

}
