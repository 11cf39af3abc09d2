package io.github.x402spring.limit;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.ledger.PaymentKey;

/**
 * Budget of payments that were released unused, for each authorization, payer and client
 * address. While none of them has spent its budget, a look costs three reads of a field.
 * <p>
 * Thread-safe, of bounded size.
 */
final class ReleaseBudget {

    private final FailureBudget authorizations;

    private final FailureBudget payers;

    private final FailureBudget addresses;

    ReleaseBudget(FailureLimits limits) {
        this.authorizations = new FailureBudget(limits.perAuthorization(), limits.window());
        this.payers = new FailureBudget(limits.perPayer(), limits.window());
        this.addresses = new FailureBudget(limits.perAddress(), limits.window());
    }

    /**
     * Returns whether any budget is spent.
     */
    boolean spentAny() {
        return this.authorizations.blocksAny() || this.payers.blocksAny() || this.addresses.blocksAny();
    }

    /**
     * Returns for how long a payment has to wait.
     * @return the time in milliseconds; 0 if it need not
     */
    long wait(PaymentKey key, @Nullable String address, long now) {
        long wait = this.authorizations.blocked(name(key), now);
        wait = Math.max(wait, this.payers.blocked(key.payer(), now));
        return this.addresses.blocksAny() ? Math.max(wait, this.addresses.blocked(ClientNetwork.of(address), now))
                : wait;
    }

    /**
     * Returns for how long a payment has to wait on its own account.
     * @return the time in milliseconds; 0 if it need not
     */
    long wait(PaymentKey key, long now) {
        return this.authorizations.blocksAny() ? this.authorizations.blocked(name(key), now) : 0;
    }

    /**
     * Counts a payment that failed, which its payer and address are blamed for only once.
     */
    void failed(PaymentKey key, long now) {
        this.authorizations.failed(name(key), null, now);
    }

    /**
     * Counts a payment that its payer signed and the facilitator rejected: wallets cost
     * nothing, and each such payment a verification.
     */
    void rejected(PaymentKey key, @Nullable String address, long now) {
        failed(key, now);
        if (this.addresses.limited()) {
            this.addresses.failed(ClientNetwork.of(address), null, now);
        }
    }

    /** Counts a payment that was released unused, as one that was rejected. */
    void released(PaymentKey key, @Nullable String address, long now) {
        rejected(key, address, now);
        this.payers.failed(key.payer(), null, now);
    }

    private static String name(PaymentKey key) {
        return key.network() + " " + key.asset() + " " + key.payer() + " " + key.nonce();
    }

}
