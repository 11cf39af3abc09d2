package io.github.x402spring.facilitator.resilience;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

import io.github.x402spring.facilitator.Facilitator;
import io.github.x402spring.facilitator.FacilitatorCircuits;
import io.github.x402spring.facilitator.FacilitatorException;
import io.github.x402spring.facilitator.FacilitatorException.Failure;
import io.github.x402spring.facilitator.FacilitatorNotReachedException;
import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.PaymentPayload;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.ResourceInfo;
import io.github.x402spring.protocol.SettleResponse;
import io.github.x402spring.protocol.SupportedKind;
import io.github.x402spring.protocol.VerifyResponse;

/**
 * Circuit breaker and bulkhead in front of another facilitator. A call for which there is
 * no room, or that would most likely fail, fails at once as one that never left.
 * <p>
 * A reply is a success whatever its content. An exception counts by its {@link Failure}:
 * always, or, if a payment may have caused it, only while {@link Facilitator#probe}
 * fails, too, which no payer can influence. If the facilitator asks for a pause, it is
 * not called until the pause is over, at most a minute. Verify and settle are counted
 * apart and have room of their own, so that a flood of payments to verify cannot keep a
 * delivery from being paid. While nothing is settled, nothing is verified either: a
 * handler would run for a payment that cannot be settled.
 * <p>
 * Thread-safe.
 *
 * @since 0.1.0
 */
public final class ResilientFacilitator implements Facilitator, FacilitatorCircuits {

    private static final Logger logger = LoggerFactory.getLogger(ResilientFacilitator.class);

    /** Calls that find out whether the facilitator replies again. */
    private static final int MAX_TRIALS = 3;

    private static final long MIN_PAUSE = 1_000;

    private static final long MAX_PAUSE = 60_000;

    private static final long WARNING_INTERVAL = 60_000;

    private final Facilitator target;

    private final Clock clock;

    private final Probe probe;

    /** End of the pause that the facilitator asked for; 0 for no pause. */
    private final AtomicLong pausedUntil = new AtomicLong();

    private final AtomicLong pauseLoggedAt = new AtomicLong(Long.MIN_VALUE);

    private final Operation verify;

    private final Operation settle;

    /**
     * Creates a facilitator.
     * @param target the facilitator that is called
     * @param maxConcurrentCalls the number of calls to verify that may be in flight, and
     * of those to settle
     * @param failureRate the percentage of failed calls from which on no call is made
     * @param window the number of latest calls among which failed ones are counted; with
     * fewer, every call is made
     * @param openTime the time for which no call is made then
     * @param clock the source of time
     */
    public ResilientFacilitator(Facilitator target, int maxConcurrentCalls, int failureRate, int window,
            Duration openTime, Clock clock) {
        check(maxConcurrentCalls > 0, "'maxConcurrentCalls' must be positive");
        check(failureRate > 0 && failureRate <= 100, "'failureRate' must be a percentage above 0");
        check(window > 0, "'window' must be positive");
        check(openTime.compareTo(Duration.ofMillis(1)) >= 0, "'openTime' must be a millisecond or longer");
        this.target = Objects.requireNonNull(target, "'target' must not be null");
        this.clock = Objects.requireNonNull(clock, "'clock' must not be null");
        this.probe = new Probe();
        CircuitBreakerConfig config = CircuitBreakerConfig.custom()
            .slidingWindow(window, window, SlidingWindowType.COUNT_BASED)
            .failureRateThreshold(failureRate)
            .waitDurationInOpenState(openTime)
            .permittedNumberOfCallsInHalfOpenState(Math.min(MAX_TRIALS, window))
            .clock(clock)
            .build();
        this.verify = new Operation(CircuitBreaker.of("verify", config), openTime, maxConcurrentCalls);
        this.settle = new Operation(CircuitBreaker.of("settle", config), openTime, maxConcurrentCalls);
    }

    private static void check(boolean valid, String message) {
        if (!valid) {
            throw new IllegalArgumentException(message);
        }
    }

    @Override
    public State verify() {
        return state(this.verify.circuit);
    }

    @Override
    public State settle() {
        return state(this.settle.circuit);
    }

    private State state(CircuitBreaker circuit) {
        return (pauseLeft() > 0) ? State.OPEN : switch (circuit.getState()) {
            case CLOSED, DISABLED, METRICS_ONLY -> State.CLOSED;
            case HALF_OPEN -> State.HALF_OPEN;
            case OPEN, FORCED_OPEN -> State.OPEN;
        };
    }

    @Override
    public VerifyResponse verify(PaymentPayload payload, PaymentRequirements requirements, ResourceInfo resource)
            throws FacilitatorException {
        checkAsked();
        return this.verify.ask(requirements.network(), () -> this.target.verify(payload, requirements, resource));
    }

    @Override
    public SettleResponse settle(PaymentPayload payload, PaymentRequirements requirements, ResourceInfo resource)
            throws FacilitatorException {
        checkPause();
        return this.settle.ask(requirements.network(), () -> this.target.settle(payload, requirements, resource));
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
        checkPause();
        this.settle.checkPermitted();
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

    private void checkPause() throws FacilitatorNotReachedException {
        long left = pauseLeft();
        if (left > 0) {
            throw FacilitatorNotReachedException.notAsked("The facilitator asks not to be called",
                    Duration.ofMillis(left));
        }
    }

    /** A pause longer than the maximum was set before the clock was set back. */
    private long pauseLeft() {
        long until = this.pausedUntil.get();
        long left = (until != 0) ? until - this.clock.millis() : 0;
        if (until != 0 && (left <= 0 || left > MAX_PAUSE)) {
            this.pausedUntil.compareAndSet(until, 0);
            return 0;
        }
        return left;
    }

    private void pause(Duration asked) {
        long now = this.clock.millis();
        long pause = Math.max(MIN_PAUSE, asked.toMillis());
        this.pausedUntil.accumulateAndGet(now + pause, Math::max);
        long loggedAt = this.pauseLoggedAt.get();
        boolean warn = (loggedAt == Long.MIN_VALUE || now - loggedAt >= WARNING_INTERVAL)
                && this.pauseLoggedAt.compareAndSet(loggedAt, now);
        logger.atLevel(warn ? Level.WARN : Level.DEBUG)
            .log("Facilitator receives too many calls and asks for a pause of {}; until then payments are refused. "
                    + "Further pauses within a minute are not logged", Duration.ofMillis(pause));
    }

    /**
     * Latest results of {@link Facilitator#probe}. It is called when a call fails, which
     * a payer can cause: at most once in five seconds for each network, by one thread at
     * a time. Other threads use the latest result, unless it is too old. A reply that
     * asks for a pause is a reply like any other.
     */
    private final class Probe {

        private static final long VALIDITY = 5_000;

        /** Longer than a probe takes while an outage lasts. */
        private static final long MAX_AGE = 30_000;

        private final AtomicBoolean asking = new AtomicBoolean();

        /** Bounded: networks are those of our own offers. */
        private final Map<Network, ProbeResult> latest = new ConcurrentHashMap<>();

        boolean fails(Network network, Failure call) {
            ProbeResult result = this.latest.get(network);
            long now = ResilientFacilitator.this.clock.millis();
            if ((result == null || Math.abs(now - result.at()) >= VALIDITY) && this.asking.compareAndSet(false, true)) {
                try {
                    result = new ProbeResult(ask(network), now);
                    this.latest.put(network, result);
                }
                finally {
                    this.asking.set(false);
                }
            }
            return result != null && counts(call, result.failure()) && Math.abs(now - result.at()) < MAX_AGE;
        }

        /**
         * A facilitator that does not list what it supports may work. If its other calls
         * are not found either, there is no facilitator at the address.
         */
        private static boolean counts(Failure call, Failure probe) {
            return switch (probe) {
                case UNREACHABLE, ERROR -> true;
                case NOT_FOUND -> call == Failure.NOT_FOUND;
                case REPLY, NOT_ASKED -> false;
            };
        }

        private Failure ask(Network network) {
            try {
                ResilientFacilitator.this.target.probe(network);
                return Failure.REPLY;
            }
            catch (FacilitatorException ex) {
                logger.debug("The facilitator gave no usable reply to a probe for {}: {}", network, ex.getMessage());
                return ex.failure();
            }
            catch (RuntimeException ex) {
                logger.debug("The facilitator failed on a probe for {}", network, ex);
                return Failure.ERROR;
            }
        }

        private record ProbeResult(Failure failure, long at) {
        }

    }

    /**
     * Circuit breaker and bulkhead of one operation.
     */
    private final class Operation {

        private final CircuitBreaker circuit;

        private final Duration openTime;

        private final int width;

        private final Semaphore permits;

        /**
         * Whether the bulkhead was full and has not been empty since, so that this is
         * logged once.
         */
        private final AtomicBoolean full = new AtomicBoolean();

        private final AtomicReference<CircuitBreaker.State> known = new AtomicReference<>(CircuitBreaker.State.CLOSED);

        Operation(CircuitBreaker circuit, Duration openTime, int width) {
            this.circuit = circuit;
            this.openTime = openTime;
            this.width = width;
            this.permits = new Semaphore(this.width);
        }

        void checkPermitted() throws FacilitatorNotReachedException {
            acquire();
            this.circuit.releasePermission();
        }

        <T> T ask(Network network, Call<T> call) throws FacilitatorException {
            if (!this.permits.tryAcquire()) {
                if (this.full.compareAndSet(false, true)) {
                    logger.warn("{} calls to {} are in flight, and no more may be; payments are refused until there "
                            + "is room", this.width, this.circuit.getName());
                }
                throw FacilitatorNotReachedException.notAsked("Too many calls to the facilitator are in flight",
                        Duration.ZERO);
            }
            try {
                acquire();
                return count(network, call);
            }
            finally {
                this.permits.release();
                if (this.full.get() && this.permits.availablePermits() == this.width) {
                    this.full.set(false);
                }
            }
        }

        private void acquire() throws FacilitatorNotReachedException {
            boolean permitted = this.circuit.tryAcquirePermission();
            logChange();
            if (!permitted) {
                throw FacilitatorNotReachedException
                    .notAsked("The facilitator replied to too few calls and is not asked for a while", Duration.ZERO);
            }
        }

        private <T> T count(Network network, Call<T> call) throws FacilitatorException {
            long start = System.nanoTime();
            try {
                T reply = call.make();
                this.circuit.onSuccess(System.nanoTime() - start, TimeUnit.NANOSECONDS);
                return reply;
            }
            catch (FacilitatorException ex) {
                if (ex.pause().isPositive()) {
                    pause(ex.pause());
                    this.circuit.releasePermission();
                }
                else {
                    failed(ex.failure(), network, start, ex);
                }
                throw ex;
            }
            catch (RuntimeException | Error ex) {
                failed(Failure.ERROR, network, start, ex);
                throw ex;
            }
            finally {
                logChange();
            }
        }

        private void failed(Failure failure, Network network, long start, Throwable thrown) {
            long nanos = System.nanoTime() - start;
            boolean counts = switch (failure) {
                case UNREACHABLE -> true;
                case ERROR, NOT_FOUND -> ResilientFacilitator.this.probe.fails(network, failure);
                case REPLY, NOT_ASKED -> false;
            };
            if (counts) {
                this.circuit.onError(nanos, TimeUnit.NANOSECONDS, thrown);
            }
            else {
                this.circuit.onSuccess(nanos, TimeUnit.NANOSECONDS);
            }
        }

        /** A listener would make the library create an event for every call. */
        private void logChange() {
            CircuitBreaker.State state = this.circuit.getState();
            if (this.known.get() == state) {
                return;
            }
            CircuitBreaker.State before = this.known.getAndSet(state);
            String operation = this.circuit.getName();
            if (before == CircuitBreaker.State.CLOSED && state == CircuitBreaker.State.OPEN) {
                logger.warn("Facilitator replies to too few calls to {} and is called again in {}; until then payments "
                        + "are refused", operation, this.openTime);
            }
            else if (before == CircuitBreaker.State.HALF_OPEN && state == CircuitBreaker.State.CLOSED) {
                logger.info("Facilitator replies to {} again", operation);
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
