package io.github.x402spring.facilitator.resilience;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.github.x402spring.facilitator.Facilitator;
import io.github.x402spring.facilitator.FacilitatorCircuits;
import io.github.x402spring.facilitator.FacilitatorException;
import io.github.x402spring.facilitator.FacilitatorNotAskedException;
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
public final class ResilientFacilitator implements Facilitator, FacilitatorCircuits {

    private static final Logger logger = LoggerFactory.getLogger(ResilientFacilitator.class);

    /** Calls by which it is found out whether the facilitator answers again. */
    private static final int MAX_TRIALS = 3;

    private final Facilitator target;

    private final Lane verify;

    private final Lane settle;

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
        this.verify = new Lane(CircuitBreaker.of("verify", config), settings);
        this.settle = new Lane(CircuitBreaker.of("settle", config), settings);
    }

    @Override
    public State verify() {
        return state(this.verify.circuit);
    }

    @Override
    public State settle() {
        return state(this.settle.circuit);
    }

    private static State state(CircuitBreaker circuit) {
        return switch (circuit.getState()) {
            case CLOSED, DISABLED, METRICS_ONLY -> State.CLOSED;
            case HALF_OPEN -> State.HALF_OPEN;
            case OPEN, FORCED_OPEN -> State.OPEN;
        };
    }

    @Override
    public VerifyResponse verify(PaymentPayload payload, PaymentRequirements requirements, ResourceInfo resource)
            throws FacilitatorException {
        this.settle.checkPermitted();
        return this.verify.ask(() -> this.target.verify(payload, requirements, resource));
    }

    @Override
    public SettleResponse settle(PaymentPayload payload, PaymentRequirements requirements, ResourceInfo resource)
            throws FacilitatorException {
        return this.settle.ask(() -> this.target.settle(payload, requirements, resource));
    }

    @Override
    public List<SupportedKind> supported() throws FacilitatorException {
        return this.target.supported();
    }

    @Override
    public boolean mayServe(Network network) {
        return this.target.mayServe(network);
    }

    /**
     * Is the way of one kind of call.
     */
    private static final class Lane {

        private final CircuitBreaker circuit;

        private final Duration openTime;

        private final int width;

        private final Semaphore permits;

        /** A crowd is told of once, until nobody is left of it. */
        private final AtomicBoolean crowded = new AtomicBoolean();

        private final AtomicReference<CircuitBreaker.State> known = new AtomicReference<>(CircuitBreaker.State.CLOSED);

        Lane(CircuitBreaker circuit, ResilientFacilitatorSettings settings) {
            this.circuit = circuit;
            this.openTime = settings.openTime();
            this.width = settings.maxConcurrentCalls();
            this.permits = new Semaphore(this.width);
        }

        void checkPermitted() throws FacilitatorNotAskedException {
            acquire();
            this.circuit.releasePermission();
        }

        <T> T ask(Call<T> call) throws FacilitatorException {
            if (!this.permits.tryAcquire()) {
                if (this.crowded.compareAndSet(false, true)) {
                    logger.warn("{} calls to {} are under way, and no more may be; payments are refused until there "
                            + "is room", this.width, this.circuit.getName());
                }
                throw new FacilitatorNotAskedException("Too many calls to the facilitator are under way");
            }
            try {
                acquire();
                return count(call);
            }
            finally {
                this.permits.release();
                if (this.crowded.get() && this.permits.availablePermits() == this.width) {
                    this.crowded.set(false);
                }
            }
        }

        private void acquire() throws FacilitatorNotAskedException {
            boolean permitted = this.circuit.tryAcquirePermission();
            tellChange();
            if (!permitted) {
                throw new FacilitatorNotAskedException(
                        "The facilitator gave too few answers and is not asked for a while");
            }
        }

        private <T> T count(Call<T> call) throws FacilitatorException {
            long start = System.nanoTime();
            try {
                T answer = call.make();
                this.circuit.onSuccess(System.nanoTime() - start, TimeUnit.NANOSECONDS);
                return answer;
            }
            catch (FacilitatorException | RuntimeException | Error ex) {
                this.circuit.onError(System.nanoTime() - start, TimeUnit.NANOSECONDS, ex);
                throw ex;
            }
            finally {
                tellChange();
            }
        }

        /** To listen for events would have one made of every call. */
        private void tellChange() {
            CircuitBreaker.State state = this.circuit.getState();
            if (this.known.get() == state) {
                return;
            }
            CircuitBreaker.State before = this.known.getAndSet(state);
            String operation = this.circuit.getName();
            if (before == CircuitBreaker.State.CLOSED && state == CircuitBreaker.State.OPEN) {
                logger.warn("The facilitator gives too few answers to {} and is asked again in {}; until then "
                        + "payments are refused", operation, this.openTime);
            }
            else if (before == CircuitBreaker.State.HALF_OPEN && state == CircuitBreaker.State.CLOSED) {
                logger.info("The facilitator answers {} again", operation);
            }
            else if (before != state) {
                logger.debug("Calls to {}: {} after {}", operation, state, before);
            }
        }

    }

    @FunctionalInterface
    private interface Call<T> {

        T make() throws FacilitatorException;

    }

}
