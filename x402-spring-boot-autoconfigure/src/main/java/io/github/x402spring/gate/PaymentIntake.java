package io.github.x402spring.gate;

import java.nio.ByteBuffer;
import java.time.Clock;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.github.x402spring.decision.Denial;
import io.github.x402spring.decision.Reason;
import io.github.x402spring.gate.PaymentDecision.Refused;
import io.github.x402spring.ledger.FieldDigest;
import io.github.x402spring.ledger.LedgerException;
import io.github.x402spring.ledger.PaymentKey;
import io.github.x402spring.ledger.PaymentLedger;
import io.github.x402spring.protocol.ReasonCode;
import io.github.x402spring.scheme.Screening.Authorization;

/**
 * Says whether new payments are taken: not while the application does not accept any, not
 * for an endpoint that is paused, and not from a payer or an address too many of whose
 * payments failed. Payments that were begun are none of its business. Keeps its state in
 * the memory of this instance. Thread-safe.
 *
 * @since 0.1.0
 */
public final class PaymentIntake {

    private static final Logger logger = LoggerFactory.getLogger(PaymentIntake.class);

    private static final long MILLIS_PER_SECOND = 1000;

    private final Clock clock;

    private final FailureBudget payers;

    private final FailureBudget addresses;

    private final Set<String> paused = ConcurrentHashMap.newKeySet();

    private volatile boolean accepting;

    /**
     * Creates an intake.
     * @param accepting whether payments are taken at first
     * @param limits how many payments may fail
     * @param clock the source of time
     */
    public PaymentIntake(boolean accepting, FailedPaymentLimits limits, Clock clock) {
        this.accepting = accepting;
        this.clock = Objects.requireNonNull(clock, "'clock' must not be null");
        this.payers = new FailureBudget(limits.perPayer(), limits.window());
        this.addresses = new FailureBudget(limits.perAddress(), limits.window());
    }

    /**
     * Tells whether new payments are taken at all.
     * @return whether they are
     */
    public boolean accepting() {
        return this.accepting;
    }

    /**
     * Has new payments taken or refused from now on. Payments that were admitted are
     * finished.
     * @param accepting whether to take them
     */
    public void accept(boolean accepting) {
        if (this.accepting != accepting) {
            logger.warn(accepting ? "Payments are accepted again" : "Payments are no longer accepted");
        }
        this.accepting = accepting;
    }

    /**
     * Tells whether new payments are taken for an endpoint.
     * @param endpoint the endpoint's name
     * @return whether they are
     */
    public boolean accepting(String endpoint) {
        return this.accepting && !paused(endpoint);
    }

    /**
     * Tells whether an endpoint is paused by itself.
     * @param endpoint the endpoint's name
     * @return whether it is
     */
    public boolean paused(String endpoint) {
        return !this.paused.isEmpty() && this.paused.contains(endpoint);
    }

    /**
     * Has new payments for an endpoint taken or refused from now on. Payments that were
     * admitted are finished.
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
     * Refuses a payment that is new and is not taken. What was begun goes on, whoever is
     * behind it: it may have been charged.
     * @return the refusal, or {@code null} if the payment is taken or was begun
     */
    @Nullable Refused refuse(PaymentAttempt attempt, Offer offer, Authorization authorization, PaymentLedger ledger) {
        Denial denial = denial(attempt, authorization.payer());
        if (denial == null) {
            return null;
        }
        try {
            PaymentKey key = Claims.key(offer, authorization);
            return ledger.find(key).isPresent() ? null : new Refused(denial, null);
        }
        catch (LedgerException | RuntimeException ex) {
            logger.warn("The payment ledger is out of reach; payments are refused", ex);
            return new Refused(Reason.TEMPORARILY_UNAVAILABLE);
        }
    }

    private @Nullable Denial denial(PaymentAttempt attempt, String payer) {
        if (!accepting(attempt.endpoint().name())) {
            return Denial.of(Reason.TEMPORARILY_UNAVAILABLE);
        }
        long now = this.clock.millis();
        long wait = Math.max(this.payers.blocked(payer, now), addressBlocked(attempt.exchange(), now));
        return (wait > 0) ? limitReached(wait) : null;
    }

    /**
     * Counts a payment that failed without anybody being asked. Whoever sent it need not
     * be the payer.
     * @return the refusal to answer with
     */
    Refused failed(PaidExchange exchange, Refused refused) {
        if (refused.reason() != Reason.PAYMENT_INVALID && refused.reason() != Reason.PAYMENT_EXPIRED) {
            return refused;
        }
        long now = this.clock.millis();
        long wait = addressBlocked(exchange, now);
        if (wait > 0) {
            return new Refused(limitReached(wait), null);
        }
        this.addresses.failed(ClientNetwork.of(exchange.remoteAddress()), null, now);
        return refused;
    }

    /**
     * Counts a payment that the facilitator rejected. A signature is public once its
     * nonce is used, and can be presented by anybody, so that says nothing about the
     * payer; nor does the same payment over and over again.
     * @param signed what the payer certainly signed, or {@code null} if that is not
     * certain
     */
    void rejected(PaidExchange exchange, @Nullable PaymentKey signed, @Nullable ReasonCode code) {
        long now = this.clock.millis();
        this.addresses.failed(ClientNetwork.of(exchange.remoteAddress()), null, now);
        if (signed != null && !ReasonCode.EVM_NONCE_ALREADY_USED.equals(code)) {
            byte[] digest = new FieldDigest().add(signed.network().toString())
                .add(signed.asset())
                .add(signed.nonce())
                .digest();
            this.payers.failed(signed.payer(), ByteBuffer.wrap(digest).getLong(), now);
        }
    }

    private long addressBlocked(PaidExchange exchange, long now) {
        return this.addresses.blocksAny() ? this.addresses.blocked(ClientNetwork.of(exchange.remoteAddress()), now) : 0;
    }

    static Denial limitReached(long millis) {
        long seconds = (millis + MILLIS_PER_SECOND - 1) / MILLIS_PER_SECOND;
        return new Denial(Reason.LIMIT_REACHED, Map.of(), (int) seconds);
    }

}
