package io.github.x402spring.ledger.shared;

import java.math.BigDecimal;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.ledger.PaymentClaim;
import io.github.x402spring.ledger.PaymentIdentifier;
import io.github.x402spring.ledger.PaymentKey;

/**
 * New row, as long as the columns allow: what is cut is for operators, and no column that
 * decides anything.
 *
 * @param claim what is claimed
 * @param token distinguishes the reservation from others
 */
record LedgerRow(PaymentClaim claim, String token) {

    private static final int MAX_CALLER = 255;

    private static final int MAX_RESOURCE = 2048;

    PaymentKey key() {
        return this.claim.key();
    }

    String fingerprint() {
        return this.claim.fingerprint().value();
    }

    /** Returns the values in the order of the columns. */
    @Nullable Object[] values() {
        String caller = this.claim.caller();
        PaymentIdentifier identifier = this.claim.identifier();
        return LedgerTables.values(key(), this.token, fingerprint(), this.claim.endpoint(),
                cut(this.claim.resource(), MAX_RESOURCE), this.claim.scheme(), new BigDecimal(this.claim.amount()),
                this.claim.payTo(), (caller != null) ? cut(caller, MAX_CALLER) : null,
                this.claim.validBefore().getEpochSecond(), (identifier != null) ? identifier.scope() : null,
                (identifier != null) ? identifier.terms() : null, this.claim.rail().value(),
                FoundPayment.text(this.claim.requirements()), this.claim.signatureDigest());
    }

    private static String cut(String text, int length) {
        return (text.length() > length) ? text.substring(0, length) : text;
    }

}
