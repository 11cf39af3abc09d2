package io.github.x402spring.limit;

import java.nio.ByteBuffer;
import java.time.Clock;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.github.x402spring.decision.Denial;
import io.github.x402spring.decision.Reason;
import io.github.x402spring.exchange.PaidExchange;
import io.github.x402spring.ledger.Conclusion;
import io.github.x402spring.ledger.FieldDigest;
import io.github.x402spring.ledger.PaymentKey;
import io.github.x402spring.ledger.UnknownPayment;
import io.github.x402spring.protocol.PaymentPayload;
import io.github.x402spring.protocol.ReasonCode;
import io.github.x402spring.reconcile.UnknownPaymentListener;

/**
 * Switch for new payments: they are refused while the application accepts none, while an
 * endpoint is paused, and from a payer or an address too many of whose payments failed.
 * Payments that are in flight are not affected. The state is in the memory of this
 * instance. Thread-safe.
 *
 * @since 0.1.0
 */
public final class PaymentIntake implements UnknownPaymentListener {

    private static final Logger logger = LoggerFactory.getLogger(PaymentIntake.class);

    private static final long MILLIS_PER_SECOND = 1000;

    /** Numbers of questions, which no digest of a payment is likely to equal. */
    private static final AtomicLong QUESTIONS = new AtomicLong();

    private final Clock clock;

    private final FailureBudget payers;

    private final FailureBudget addresses;

    private final ReleaseBudget releases;

    private final TrafficWatch traffic;

    private final Set<String> paused = ConcurrentHashMap.newKeySet();

    private volatile boolean accepting;

    /**
     * Creates an intake that lets any number of payments be released.
     * @param accepting whether payments are taken at first
     * @param limits how many payments may fail
     * @param clock the source of time
     */
    public PaymentIntake(boolean accepting, FailureLimits limits, Clock clock) {
        this(accepting, limits, FailureLimits.NONE, clock);
    }

    /**
     * Creates an intake.
     * @param accepting whether payments are taken at first
     * @param limits how many payments may fail
     * @param releases how many admitted payments may be released unused
     * @param clock the source of time
     */
    public PaymentIntake(boolean accepting, FailureLimits limits, FailureLimits releases, Clock clock) {
        this.accepting = accepting;
        this.clock = Objects.requireNonNull(clock, "'clock' must not be null");
        this.payers = new FailureBudget(limits.perPayer(), limits.window());
        this.addresses = new FailureBudget(limits.perAddress(), limits.window());
        this.releases = new ReleaseBudget(releases);
        this.traffic = new TrafficWatch(clock);
    }

    /**
     * Returns whether new payments are accepted at all.
     * @return whether they are
     */
    public boolean accepting() {
        return this.accepting;
    }

    /**
     * Accepts or refuses new payments from now on. Payments that were admitted are
     * finished.
     * @param accepting whether to accept them
     */
    public void accept(boolean accepting) {
        if (this.accepting != accepting) {
            logger.warn(accepting ? "Payments are accepted again" : "Payments are no longer accepted");
        }
        this.accepting = accepting;
    }

    /**
     * Returns whether new payments are accepted for an endpoint.
     * @param endpoint the endpoint's name
     * @return whether they are
     */
    public boolean accepting(String endpoint) {
        return this.accepting && !paused(endpoint);
    }

    /**
     * Returns whether an endpoint is paused itself.
     * @param endpoint the endpoint's name
     * @return whether it is
     */
    public boolean paused(String endpoint) {
        return !this.paused.isEmpty() && this.paused.contains(endpoint);
    }

    /**
     * Pauses an endpoint or accepts payments for it again. Payments that were admitted
     * are finished.
     * @param endpoint the name of a paid endpoint
     * @param paused whether to refuse them
     */
    public void pause(String endpoint, boolean paused) {
        boolean changed = paused ? this.paused.add(endpoint) : this.paused.remove(endpoint);
        if (changed) {
            logger.warn("Endpoint '{}' {}", endpoint, paused ? "is paused" : "takes payments again");
        }
    }

    /**
     * Denies a payment that is not taken if it is new: because none are, or because too
     * many of its payer failed, or too many of it, its payer or its address were released
     * unused.
     * @param endpoint the endpoint's name
     * @param exchange the request
     * @param key what the payment is known by
     * @return the denial, or {@code null} if the payment is taken
     */
    public @Nullable Denial denial(String endpoint, PaidExchange exchange, PaymentKey key) {
        if (!accepting(endpoint)) {
            return Denial.of(Reason.TEMPORARILY_UNAVAILABLE);
        }
        long wait = this.payers.blocksAny() ? this.payers.blocked(key.payer(), this.clock.millis()) : 0;
        if (wait == 0 && this.releases.spentAny()) {
            wait = this.releases.wait(key, exchange.remoteAddress(), this.clock.millis());
        }
        return (wait > 0) ? limitReached(wait) : null;
    }

    /**
     * Returns whether a payment was released too often to run its handler again, whatever
     * address it comes from.
     * @param key what the payment is known by
     * @return whether it was
     */
    public boolean releasedTooOften(PaymentKey key) {
        return this.releases.spentAny() && this.releases.wait(key, this.clock.millis()) > 0;
    }

    /**
     * Counts an admitted payment that was released unused.
     * @param exchange the request
     * @param key what the payment is known by
     */
    public void released(PaidExchange exchange, PaymentKey key) {
        this.releases.released(key, exchange.remoteAddress(), this.clock.millis());
    }

    /**
     * Denies a payment whose payer did not certainly sign it, because too many from its
     * address failed.
     * @param exchange the request
     * @return the denial, or {@code null} if there is room for another failure
     */
    public @Nullable Denial addressDenial(PaidExchange exchange) {
        if (!this.addresses.blocksAny()) {
            return null;
        }
        String address = exchange.remoteAddress();
        long wait = this.addresses.blocked(ClientNetwork.of(address), this.clock.millis());
        if (wait == 0) {
            return null;
        }
        this.traffic.watch(address);
        return limitReached(wait);
    }

    /**
     * Counts a payment that failed without the facilitator being asked, once for its
     * address. Its sender need not be its payer. Denies it without counting if too many
     * from its address failed, or if it did too often itself.
     * @param exchange the request
     * @param payload the payment
     * @param signed what the payer certainly signed, or {@code null} if that is not
     * certain
     * @return the denial, or {@code null} if there was room for another failure
     */
    public @Nullable Denial failed(PaidExchange exchange, PaymentPayload payload, @Nullable PaymentKey signed) {
        Denial denial = addressDenial(exchange);
        if (denial != null) {
            return denial;
        }
        long now = this.clock.millis();
        long wait = (signed != null && this.releases.spentAny()) ? this.releases.wait(signed, now) : 0;
        if (wait > 0) {
            return limitReached(wait);
        }
        if (this.addresses.limited()) {
            long payment = (signed != null) ? digest(signed)
                    : number(new FieldDigest().add(payload.payload().toString()));
            this.addresses.failedForGood(ClientNetwork.of(exchange.remoteAddress()), payment, now);
        }
        if (signed != null) {
            this.releases.failed(signed, now);
        }
        return null;
    }

    /**
     * Takes note of a payment that is presented.
     * @param exchange the request
     */
    public void presented(PaidExchange exchange) {
        this.traffic.presented(exchange.remoteAddress());
    }

    /**
     * Counts an unproved signature as a failure of its address until the facilitator has
     * replied, and permanently if it is rejected. Where many clients may be behind an
     * address, it has a budget of its own for this, which proved payments do not touch.
     * @param exchange the request
     * @return the question
     */
    public Question ask(PaidExchange exchange) {
        String address = exchange.remoteAddress();
        if (address == null || !this.addresses.limited()) {
            return new Question(0, null);
        }
        String network = ClientNetwork.of(address);
        String who = (network != null) ? network : "shared " + address;
        long number = QUESTIONS.incrementAndGet();
        long now = this.clock.millis();
        if (this.addresses.tryFail(who, number, now)) {
            return new Question(number, null);
        }
        this.traffic.watch(address);
        return new Question(number, limitReached(Math.max(1, this.addresses.blocked(who, now))));
    }

    /**
     * Takes back what {@link #ask} counted.
     * @param question the question, whose reply was no rejection
     */
    public void replied(Question question) {
        this.addresses.succeeded(question.number());
    }

    /**
     * Counts a payment that the facilitator rejected. A signature is public once its
     * nonce is used, and can be presented by any client, so that says nothing about the
     * payer; nor does the same payment over and over again, which has to wait itself.
     * @param exchange the request
     * @param signed what the payer certainly signed, or {@code null} if that is not
     * certain
     * @param code the facilitator's reason, or {@code null} if it gave none
     */
    public void rejected(PaidExchange exchange, @Nullable PaymentKey signed, @Nullable ReasonCode code) {
        String address = ClientNetwork.of(exchange.remoteAddress());
        if (signed != null) {
            this.addresses.failedForGood(address, digest(signed), this.clock.millis());
        }
        else {
            this.addresses.failed(address, null, this.clock.millis());
        }
        rejectedAsked(exchange, signed, code);
    }

    /**
     * Counts a payment that was rejected and whose address was counted when it asked.
     * @param exchange the request
     * @param signed what the payer certainly signed, or {@code null} if that is not
     * certain
     * @param code the facilitator's reason, or {@code null} if it gave none
     */
    public void rejectedAsked(PaidExchange exchange, @Nullable PaymentKey signed, @Nullable ReasonCode code) {
        if (signed == null) {
            return;
        }
        long now = this.clock.millis();
        this.releases.rejected(signed, exchange.remoteAddress(), now);
        if (!ReasonCode.EVM_NONCE_ALREADY_USED.equals(code)) {
            this.payers.failed(signed.payer(), digest(signed), now);
        }
    }

    /**
     * Counts a payment whose outcome is unknown, once, until it proves settled.
     * @param exchange the request
     * @param key what the payment is known by
     * @param proved whether its payer certainly signed it
     */
    public void unknown(PaidExchange exchange, PaymentKey key, boolean proved) {
        long now = this.clock.millis();
        long digest = digest(key);
        this.addresses.failed(ClientNetwork.of(exchange.remoteAddress()), digest, now);
        if (proved) {
            this.payers.failed(key.payer(), digest, now);
        }
    }

    /**
     * Takes back what was counted for a payment whose outcome was unknown, because it
     * proved settled.
     * @param key what the payment is known by
     */
    public void settled(PaymentKey key) {
        long digest = digest(key);
        this.payers.succeeded(digest);
        this.addresses.succeeded(digest);
    }

    @Override
    public void ended(UnknownPayment payment, Conclusion conclusion) {
        if (conclusion instanceof Conclusion.Settled) {
            settled(payment.key());
        }
    }

    private static long digest(PaymentKey key) {
        return number(new FieldDigest().add(key.network().toString()).add(key.asset()).add(key.nonce()));
    }

    private static long number(FieldDigest digest) {
        return ByteBuffer.wrap(digest.digest()).getLong();
    }

    /**
     * Question that a facilitator is asked about an unproved signature.
     *
     * @param number by which it is counted
     * @param denial why it is not asked, or {@code null} if it is
     */
    public record Question(long number, @Nullable Denial denial) {
    }

    private static Denial limitReached(long millis) {
        long seconds = (millis + MILLIS_PER_SECOND - 1) / MILLIS_PER_SECOND;
        return new Denial(Reason.LIMIT_REACHED, Map.of(), (int) seconds);
    }

}
