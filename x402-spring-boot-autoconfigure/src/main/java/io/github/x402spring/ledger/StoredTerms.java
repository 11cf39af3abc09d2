package io.github.x402spring.ledger;

import java.math.BigInteger;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.protocol.PaymentRequirements;

/**
 * Terms that a payment was reserved with.
 * <p>
 * Scheme, amount and recipient are always present; network and asset are part of the
 * payment's key. The whole requirements are missing for payments that were stored by
 * version 1 of a ledger: then {@link #agreesWith} compares what is known, and what is not
 * (EIP-712 domain, time-out) has to come from a present offer of the same terms.
 *
 * @param scheme the payment scheme
 * @param amount the price in atomic units
 * @param payTo the recipient's address
 * @param requirements the whole terms that the client was asked for, or {@code null} if
 * version 1 stored the payment. Numbers in {@code extra} may have another type than they
 * were stored with
 * @since 0.1.0
 */
public record StoredTerms(String scheme, BigInteger amount, String payTo, @Nullable PaymentRequirements requirements) {

    public StoredTerms {
        Objects.requireNonNull(scheme, "'scheme' must not be null");
        Objects.requireNonNull(amount, "'amount' must not be null");
        Objects.requireNonNull(payTo, "'payTo' must not be null");
    }

    /**
     * Creates terms from requirements.
     * @param requirements the terms that the client was asked for
     * @return the terms
     */
    public static StoredTerms of(PaymentRequirements requirements) {
        return new StoredTerms(requirements.scheme(), requirements.amount().value(), requirements.payTo(),
                requirements);
    }

    /**
     * Returns whether requirements ask for the same payment: the same scheme and amount
     * to the same recipient. Network and asset are compared by the payment's key.
     * @param other the requirements
     * @return whether they do
     */
    public boolean agreesWith(PaymentRequirements other) {
        return this.scheme.equals(other.scheme()) && this.amount.equals(other.amount().value())
                && this.payTo.equalsIgnoreCase(other.payTo());
    }

}
