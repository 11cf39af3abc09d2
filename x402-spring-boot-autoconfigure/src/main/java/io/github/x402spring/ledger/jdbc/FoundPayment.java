package io.github.x402spring.ledger.jdbc;

import java.sql.ResultSet;
import java.sql.SQLException;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.ledger.PaymentClaim;
import io.github.x402spring.ledger.PaymentIdentifier;
import io.github.x402spring.ledger.PaymentKey;
import io.github.x402spring.ledger.PaymentState;
import io.github.x402spring.protocol.Network;

/**
 * Is what is known of a payment that was not to be had.
 *
 * @param key the payment
 * @param state the state
 * @param token the token of the last reservation
 * @param fingerprint the request
 * @param terms the request and what was to be paid for it, if the client named the
 * purchase
 * @param transaction the transaction's hash, or the empty string
 * @param delivery what became of the answer
 */
record FoundPayment(PaymentKey key, PaymentState state, String token, String fingerprint, @Nullable String terms,
        String transaction, Delivery delivery) {

    static final String COLUMNS = "network, asset, payer, nonce, state, token, fingerprint, terms, transaction_hash, "
            + "CASE WHEN delivered_at IS NOT NULL THEN 'DELIVERED' WHEN delivery_until > CURRENT_TIMESTAMP "
            + "THEN 'UNDER_WAY' WHEN delivery_until IS NULL THEN 'NOT_BEGUN' ELSE 'LOST' END";

    static FoundPayment of(ResultSet row, int number) throws SQLException {
        String transaction = row.getString(9);
        return new FoundPayment(
                new PaymentKey(Network.parse(row.getString(1)), row.getString(2), row.getString(3), row.getString(4)),
                PaymentState.valueOf(row.getString(5)), row.getString(6), row.getString(7), row.getString(8),
                (transaction != null) ? transaction : "", Delivery.valueOf(row.getString(10)));
    }

    boolean isFor(PaymentClaim claim) {
        return this.key.equals(claim.key());
    }

    /** Whether it was for the request that is claimed, and under the same terms. */
    boolean sameRequest(PaymentClaim claim) {
        PaymentIdentifier identifier = claim.identifier();
        return isFor(claim) ? this.fingerprint.equals(claim.fingerprint().value())
                : identifier != null && identifier.terms().equals(this.terms);
    }

    /** Whether somebody else let it go in the meantime. */
    boolean free(PaymentClaim claim) {
        return isFor(claim) && this.state == PaymentState.UNKNOWN && sameRequest(claim);
    }

    /** Is what became of an answer. */
    enum Delivery {

        NOT_BEGUN, UNDER_WAY, LOST, DELIVERED

    }

}
