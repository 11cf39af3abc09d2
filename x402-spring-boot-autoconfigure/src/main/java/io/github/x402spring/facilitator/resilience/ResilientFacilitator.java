package io.github.x402spring.facilitator.resilience;

import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.StateTransition;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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
 * Asks another facilitator as long as that answers, and so many times at once. A call for
 * which there is no room, or that would most likely fail, fails at once as one that never
 * left.
 * <p>
 * An answer is a success whatever it says; an exception is a failure. Verify and settle
 * are counted apart and have room of their own, so that a flood of payments to verify
 * cannot keep a delivery from being paid. While nothing is settled, nothing is verified
 * either: a handler would run for a payment that comes to nothing.
 * <p>
 * Thread-safe.
 *
 * @since 0.1.0
 */
public final class ResilientFacilitator implements Facilitator {

    private static final Logger logger = LoggerFactory.getLogger(ResilientFacilitator.class);

    /** Calls by which it is found out whether the facilitator answers again. */
    private static final int MAX_TRIALS = 3;

    private final Facilitator target;

    private final CircuitBreaker verifyCircuit;

    private final CircuitBreaker settleCircuit;

    private final Semaphore verifyPermits;

    private final Semaphore settlePermits;

    /**
     * Creates a facilitator.
     * @param target the one that is asked
     * @param settings when it is not
     * @param clock the source of time
     */
    public ResilientFacilitator(Facilitator target, ResilientFacilitatorSettings settings, Clock clock) {
        this.target = Objects.requireNonNull(target, "'target' must not be null");
        CircuitBreakerConfig config = CircuitBreakerConfig.custom()
            .slidingWindow(settings.window(), settings.window(), SlidingWindowType.COUNT_BASED)
            .failureRateThreshold(settings.failureRate())
            .waitDurationInOpenState(settings.openTime())
            .permittedNumberOfCallsInHalfOpenState(Math.min(MAX_TRIALS, settings.window()))
            .clock(clock)
            .build();
        this.verifyCircuit = circuit("verify", config, settings);
        this.settleCircuit = circuit("settle", config, settings);
        this.verifyPermits = new Semaphore(settings.maxConcurrentCalls());
        this.settlePermits = new Semaphore(settings.maxConcurrentCalls());
    }

    private static CircuitBreaker circuit(String operation, CircuitBreakerConfig config,
            ResilientFacilitatorSettings settings) {
        CircuitBreaker circuit = CircuitBreaker.of(operation, config);
        circuit.getEventPublisher().onStateTransition((event) -> {
            StateTransition transition = event.getStateTransition();
            switch (transition) {
                case CLOSED_TO_OPEN ->
                    logger.warn("The facilitator gives too few answers to {} and is asked again in {}; until then "
                            + "payments are refused", operation, settings.openTime());
                case HALF_OPEN_TO_CLOSED -> logger.info("The facilitator answers {} again", operation);
                default -> logger.debug("Calls to {}: {}", operation, transition);
            }
        });
        return circuit;
    }

    @Override
    public VerifyResponse verify(PaymentPayload payload, PaymentRequirements requirements, ResourceInfo resource)
            throws FacilitatorException {
        if (!this.settleCircuit.tryAcquirePermission()) {
            throw notAsked();
        }
        this.settleCircuit.releasePermission();
        return ask(this.verifyCircuit, this.verifyPermits, () -> this.target.verify(payload, requirements, resource));
    }

    @Override
    public SettleResponse settle(PaymentPayload payload, PaymentRequirements requirements, ResourceInfo resource)
            throws FacilitatorException {
        return ask(this.settleCircuit, this.settlePermits, () -> this.target.settle(payload, requirements, resource));
    }

    /**
     * Returns how far calls to verify are let through.
     * @return the state of the circuit
     */
    public Circuit verifyCircuit() {
        return state(this.verifyCircuit);
    }

    /**
     * Returns how far calls to settle are let through.
     * @return the state of the circuit
     */
    public Circuit settleCircuit() {
        return state(this.settleCircuit);
    }

    private static Circuit state(CircuitBreaker circuit) {
        return switch (circuit.getState()) {
            case OPEN, FORCED_OPEN -> Circuit.OPEN;
            case HALF_OPEN -> Circuit.HALF_OPEN;
            case CLOSED, DISABLED, METRICS_ONLY -> Circuit.CLOSED;
        };
    }

    @Override
    public List<SupportedKind> supported() throws FacilitatorException {
        return this.target.supported();
    }

    @Override
    public boolean mayServe(Network network) {
        return this.target.mayServe(network);
    }

    private static <T> T ask(CircuitBreaker circuit, Semaphore permits, Call<T> call) throws FacilitatorException {
        if (!permits.tryAcquire()) {
            throw new FacilitatorNotReachedException("Too many calls to the facilitator are under way", null);
        }
        try {
            if (!circuit.tryAcquirePermission()) {
                throw notAsked();
            }
            return count(circuit, call);
        }
        finally {
            permits.release();
        }
    }

    private static <T> T count(CircuitBreaker circuit, Call<T> call) throws FacilitatorException {
        long start = System.nanoTime();
        try {
            T answer = call.make();
            circuit.onSuccess(System.nanoTime() - start, TimeUnit.NANOSECONDS);
            return answer;
        }
        catch (FacilitatorException | RuntimeException | Error ex) {
            circuit.onError(System.nanoTime() - start, TimeUnit.NANOSECONDS, ex);
            throw ex;
        }
    }

    private static FacilitatorNotReachedException notAsked() {
        return new FacilitatorNotReachedException("The facilitator gave too few answers and is not asked for a while",
                null);
    }

    /**
     * Says how far calls are let through.
     */
    public enum Circuit {

        /** All calls are made. */
        CLOSED,

        /** A few calls are made, to find out whether they are answered again. */
        HALF_OPEN,

        /** No calls are made. */
        OPEN

    }

    @FunctionalInterface
    private interface Call<T> {

        T make() throws FacilitatorException;

    }

}
