package io.github.x402spring.client;

import java.net.URI;
import java.time.Instant;

import org.springframework.http.HttpMethod;

import io.github.x402spring.protocol.PaymentRequirements;

/**
 * Payment that this client signed, without what could be used to have it settled.
 *
 * @param method the method of the request that it pays for
 * @param uri the address of the request
 * @param terms what was agreed to: network, token, amount in atomic units, recipient
 * @param payer the address of the wallet that pays
 * @param nonce the nonce of the authorization, by which chains and servers identify it
 * @param expiresAt the time at which the authorization expires; until then the payment
 * may be settled
 * @since 0.1.0
 */
public record SignedPayment(HttpMethod method, URI uri, PaymentRequirements terms, String payer, String nonce,
        Instant expiresAt) {

    /** Leaves out the query, which may hold a secret. */
    @Override
    public String toString() {
        return "SignedPayment[" + this.method + " " + Origin.of(this.uri).map(Origin::toString).orElse("") + ", "
                + this.terms.amount() + " on " + this.terms.network() + " from " + this.payer + ", nonce " + this.nonce
                + ", expires " + this.expiresAt + "]";
    }

}
