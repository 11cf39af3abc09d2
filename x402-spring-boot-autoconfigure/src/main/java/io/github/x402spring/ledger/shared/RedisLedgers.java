package io.github.x402spring.ledger.shared;

import java.time.Duration;

import org.springframework.data.redis.core.StringRedisTemplate;

import io.github.x402spring.ledger.ExposureLedger;
import io.github.x402spring.ledger.PaymentLedger;
import io.github.x402spring.ledger.ResponseStore;
import io.github.x402spring.ledger.TaskRegistry;
import io.github.x402spring.ledger.history.PaymentHistory;

/**
 * Factory of ledgers in Redis, for any number of instances. Every ledger is thread-safe.
 * <p>
 * Redis acknowledges what it has not yet written or copied: a fail-over may lose the last
 * steps. A payment that was settled could then be granted again if the facilitator
 * accepts it; the token's nonce is the last guard, so that the second settlement fails.
 * Where a grant must not depend on that, use a database.
 *
 * @since 0.1.0
 */
public final class RedisLedgers implements AutoCloseable {

    /** Version of the entries that these ledgers read and write. */
    public static final int VERSION = RedisPaymentLedger.VERSION;

    private final StringRedisTemplate redis;

    private final String keyPrefix;

    private final RedisPaymentLedger payments;

    /**
     * Creates ledgers. Does no I/O.
     * @param redis the connection
     * @param keyPrefix the beginning of all keys; in a cluster it has a hash tag, because
     * every step touches a payment and the list that it is on
     * @param retention how long a payment is remembered after the payer's authorization
     * expired; an hour at least
     */
    public RedisLedgers(StringRedisTemplate redis, String keyPrefix, Duration retention) {
        this.redis = redis;
        this.keyPrefix = keyPrefix;
        this.payments = new RedisPaymentLedger(redis, keyPrefix, retention);
    }

    /**
     * Returns the payment ledger.
     * @return the ledger
     */
    public PaymentLedger payments() {
        return this.payments;
    }

    /**
     * Creates a history of the payment ledger. Redis stores no list of settled payments,
     * no sums and no events: a settled payment is found by its key only.
     * @return the history
     */
    public PaymentHistory history() {
        return new RedisPaymentHistory(this.redis, this.keyPrefix);
    }

    /**
     * Creates a ledger of what subjects have spent.
     * @param lease how long a reservation counts that is not committed; longer than any
     * handler takes
     * @return the ledger
     */
    public ExposureLedger exposures(Duration lease) {
        return new RedisExposureLedger(this.redis, this.keyPrefix, lease);
    }

    /**
     * Creates a registry of ended tasks.
     * @param retention how long an ended task is remembered
     * @return the registry
     */
    public TaskRegistry tasks(Duration retention) {
        return new RedisTaskRegistry(this.redis, this.keyPrefix, retention);
    }

    /**
     * Creates a store of responses.
     * @param timeToLive how long a response is stored
     * @return the store
     */
    public ResponseStore responses(Duration timeToLive) {
        return new RedisResponseStore(this.redis, this.keyPrefix, timeToLive);
    }

    /**
     * Upgrades the version of the entries to {@link #VERSION} if it is older: entries of
     * version 1 are read with defaults.
     * @return the version that was found; 1 if there is none
     */
    public int upgrade() {
        return this.payments.upgrade();
    }

    /** Records which responses were delivered, as far as it is not. */
    @Override
    public void close() {
        this.payments.close();
    }

}
