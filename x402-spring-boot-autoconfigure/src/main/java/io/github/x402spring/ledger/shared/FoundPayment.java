package io.github.x402spring.ledger.shared;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;

import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataRetrievalFailureException;

import io.github.x402spring.codec.MalformedJsonException;
import io.github.x402spring.codec.RequirementsCodec;
import io.github.x402spring.ledger.PaymentClaim;
import io.github.x402spring.ledger.PaymentIdentifier;
import io.github.x402spring.ledger.PaymentState;
import io.github.x402spring.ledger.RequestFingerprint;
import io.github.x402spring.ledger.StoredPayment;
import io.github.x402spring.ledger.StoredPayment.Delivery;
import io.github.x402spring.ledger.StoredTerms;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.Rail;

/**
 * Row of a payment that was found.
 *
 * @param payment the payment
 * @param purchase a digest of the request and of what was to be paid for it, if the
 * client named the purchase
 */
record FoundPayment(StoredPayment payment, @Nullable String purchase) {

    /**
     * Version 1 counted no runs: a first delivery that it began counts. It stored no time
     * of the settlement either, and changed a payment last when it was settled.
     */
    static final String RUNS = "CASE WHEN runs = 0 AND delivery_until IS NOT NULL THEN 1 ELSE runs END";

    static final String COLUMNS = LedgerTables.KEY + ", state, token, fingerprint, terms, transaction_hash, "
            + "CASE WHEN delivered_at IS NOT NULL THEN 'DELIVERED' WHEN delivery_until > CURRENT_TIMESTAMP "
            + "THEN 'IN_FLIGHT' WHEN delivery_until IS NULL THEN 'NOT_BEGUN' ELSE 'LOST' END, scheme, amount, pay_to, "
            + "valid_before, created_at, CASE WHEN state = 'SETTLED' THEN COALESCE(settled_at, updated_at) END, rail, "
            + "requirements, body_begun, " + RUNS + ", response_digest, signature_digest";

    private static final RequirementsCodec REQUIREMENTS = new RequirementsCodec();

    static FoundPayment of(ResultSet row, int number) throws SQLException {
        Timestamp settledAt = row.getTimestamp(16);
        StoredPayment payment = StoredPayment
            .builder(LedgerTables.key(row), row.getString(6), new RequestFingerprint(row.getString(7)),
                    new StoredTerms(row.getString(11), row.getBigDecimal(12).toBigIntegerExact(), row.getString(13),
                            requirements(row.getString(18))),
                    row.getTimestamp(15).toInstant())
            .rail(Rail.of(row.getString(17)))
            .state(PaymentState.valueOf(row.getString(5)))
            .validBefore(Instant.ofEpochSecond(row.getLong(14)))
            .transaction(row.getString(9))
            .settledAt((settledAt != null) ? settledAt.toInstant() : null)
            .delivery(Delivery.valueOf(row.getString(10)), row.getBoolean(19), row.getInt(20))
            .responseDigest(row.getString(21))
            .signatureDigest(row.getString(22))
            .build();
        return new FoundPayment(payment, row.getString(8));
    }

    private static @Nullable PaymentRequirements requirements(@Nullable String text) {
        try {
            return (text != null) ? REQUIREMENTS.decode(text) : null;
        }
        catch (MalformedJsonException ex) {
            throw new DataRetrievalFailureException("The column requirements cannot be read", ex);
        }
    }

    static String text(PaymentRequirements requirements) {
        return REQUIREMENTS.encode(requirements);
    }

    boolean isFor(PaymentClaim claim) {
        return this.payment.key().equals(claim.key());
    }

    /**
     * Returns whether it was for the request that is claimed, and under the same terms.
     */
    boolean sameRequest(PaymentClaim claim) {
        PaymentIdentifier identifier = claim.identifier();
        return isFor(claim) ? this.payment.isFor(claim)
                : identifier != null && identifier.terms().equals(this.purchase);
    }

    /** Returns whether it has become free to be resumed in the meantime. */
    boolean free(PaymentClaim claim) {
        return isFor(claim) && this.payment.state() == PaymentState.UNKNOWN && sameRequest(claim);
    }

}
