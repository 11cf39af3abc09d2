package io.github.x402spring.ledger.jdbc;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.ledger.PaymentClaim;
import io.github.x402spring.ledger.PaymentIdentifier;
import io.github.x402spring.ledger.PaymentKey;
import io.github.x402spring.ledger.PaymentState;
import io.github.x402spring.ledger.RequestFingerprint;
import io.github.x402spring.ledger.StoredPayment;
import io.github.x402spring.ledger.StoredPayment.Delivery;
import io.github.x402spring.ledger.StoredTerms;
import io.github.x402spring.protocol.Network;

/**
 * Row of a payment that was found.
 *
 * @param payment the payment
 * @param purchase a digest of the request and of what was to be paid for it, if the
 * client named the purchase
 */
record FoundPayment(StoredPayment payment, @Nullable String purchase) {

    static final String COLUMNS = "network, asset, payer, nonce, state, token, fingerprint, terms, transaction_hash, "
            + "CASE WHEN delivered_at IS NOT NULL THEN 'DELIVERED' WHEN delivery_until > CURRENT_TIMESTAMP "
            + "THEN 'IN_FLIGHT' WHEN delivery_until IS NULL THEN 'NOT_BEGUN' ELSE 'LOST' END, scheme, amount, pay_to, "
            + "valid_before, created_at, updated_at";

    static FoundPayment of(ResultSet row, int number) throws SQLException {
        PaymentState state = PaymentState.valueOf(row.getString(5));
        Timestamp updated = row.getTimestamp(16);
        StoredPayment payment = StoredPayment
            .builder(
                    new PaymentKey(
                            Network.parse(row.getString(1)), row.getString(2), row.getString(3), row.getString(4)),
                    row.getString(6), new RequestFingerprint(row.getString(7)),
                    new StoredTerms(row.getString(11), row.getBigDecimal(12).toBigIntegerExact(), row.getString(13),
                            null),
                    row.getTimestamp(15).toInstant())
            .state(state)
            .validBefore(Instant.ofEpochSecond(row.getLong(14)))
            .transaction(row.getString(9))
            .settledAt((state == PaymentState.SETTLED) ? updated.toInstant() : null)
            .delivery(Delivery.valueOf(row.getString(10)), false, 0)
            .build();
        return new FoundPayment(payment, row.getString(8));
    }

    boolean isFor(PaymentClaim claim) {
        return this.payment.key().equals(claim.key());
    }

    /** Whether it was for the request that is claimed, and under the same terms. */
    boolean sameRequest(PaymentClaim claim) {
        PaymentIdentifier identifier = claim.identifier();
        return isFor(claim) ? this.payment.isFor(claim)
                : identifier != null && identifier.terms().equals(this.purchase);
    }

    /** Whether it has become free to be resumed in the meantime. */
    boolean free(PaymentClaim claim) {
        return isFor(claim) && this.payment.state() == PaymentState.UNKNOWN && sameRequest(claim);
    }

}
