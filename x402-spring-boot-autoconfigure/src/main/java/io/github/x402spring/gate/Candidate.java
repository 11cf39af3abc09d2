package io.github.x402spring.gate;

import io.github.x402spring.VerifiedPayment;
import io.github.x402spring.ledger.PaymentClaim;
import io.github.x402spring.ledger.PaymentKey;
import io.github.x402spring.ledger.Reservation;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.scheme.Screening.Authorization;

/**
 * Payment that is bound to its request and not decided yet.
 *
 * @param attempt the payment as it was presented
 * @param offer the terms that are paid under
 * @param authorization what the payer signed
 * @param claim what it is to be used for
 * @param proved whether the signature was proved here to be the payer's
 * @param reservation the reservation in the ledger
 * @param payment the evidence that is given to policies and to the application
 */
record Candidate(PaymentAttempt attempt, Offer offer, Authorization authorization, PaymentClaim claim, boolean proved,
        Reservation reservation, VerifiedPayment payment) {

    static Candidate of(PaymentAttempt attempt, Offer offer, Authorization authorization, PaymentClaim claim,
            boolean proved, Reservation reservation) {
        PaymentRequirements terms = offer.requirements();
        return new Candidate(attempt, offer, authorization, claim, proved, reservation,
                new VerifiedPayment(attempt.endpoint().name(), attempt.resource().url(), terms.scheme(),
                        terms.network(), terms.asset(), terms.amount(), terms.payTo(), authorization.payer(),
                        authorization.validBefore()));
    }

    PaymentKey key() {
        return this.reservation.key();
    }

    /** Tells whether it was sent to be settled before, with an unknown outcome. */
    boolean resumed() {
        return this.reservation.resumed();
    }

    Candidate takenBy(Reservation reservation) {
        return new Candidate(this.attempt, this.offer, this.authorization, this.claim, this.proved, reservation,
                this.payment);
    }

}
