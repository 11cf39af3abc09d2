package io.github.x402spring.autoconfigure.observation;

import java.util.List;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;

import io.github.x402spring.facilitator.Facilitator;
import io.github.x402spring.facilitator.FacilitatorException;
import io.github.x402spring.facilitator.FacilitatorNotReachedException;
import io.github.x402spring.observation.DefaultFacilitatorObservationConvention;
import io.github.x402spring.observation.FacilitatorObservationContext;
import io.github.x402spring.observation.FacilitatorObservationConvention;
import io.github.x402spring.observation.X402Observation;
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

    private static final FacilitatorObservationConvention STANDARD = new DefaultFacilitatorObservationConvention();

    private final Facilitator target;

    private final ObservationRegistry registry;

    private final @Nullable FacilitatorObservationConvention custom;

    private final PaymentNames names;

    ObservedFacilitator(Facilitator target, ObservationRegistry registry,
            @Nullable FacilitatorObservationConvention custom, PaymentNames names) {
        this.target = target;
        this.registry = registry;
        this.custom = custom;
        this.names = names;
    }

    @Override
    public VerifyResponse verify(PaymentPayload payload, PaymentRequirements requirements, ResourceInfo resource)
            throws FacilitatorException {
        if (this.registry.isNoop()) {
            return this.target.verify(payload, requirements, resource);
        }
        return observe(X402Observation.VERIFY, payload, requirements, (context) -> {
            VerifyResponse reply = this.target.verify(payload, requirements, resource);
            context.setOutcome(reply.valid() ? "valid" : "invalid");
            context.setRemark(reply.remark().about(payload, reply.invalidReason()));
            return reply;
        });
    }

    @Override
    public SettleResponse settle(PaymentPayload payload, PaymentRequirements requirements, ResourceInfo resource)
            throws FacilitatorException {
        if (this.registry.isNoop()) {
            return this.target.settle(payload, requirements, resource);
        }
        return observe(X402Observation.SETTLE, payload, requirements, (context) -> {
            SettleResponse reply = this.target.settle(payload, requirements, resource);
            context.setOutcome(reply.success() ? "settled" : reply.pending() ? "pending" : "refused");
            context.setTransaction(reply.transaction());
            context.setRemark(reply.remark().about(payload, reply.errorReason()));
            return reply;
        });
    }

    /** The message of any other exception may quote the payment: spans do not get it. */
    private <T> T observe(X402Observation operation, PaymentPayload payload, PaymentRequirements terms, Call<T> call)
            throws FacilitatorException {
        FacilitatorObservationContext context = new FacilitatorObservationContext(operation, terms,
                this.names.asset(terms), this.names.facilitator());
        Observation observation = operation.start(this.custom, STANDARD, () -> context, this.registry);
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
