package io.github.x402spring.test;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.github.x402spring.ledger.PaymentKey;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.scheme.Screening.Authorization;
import io.github.x402spring.test.SellerServer.Charge;

/**
 * Charges of a {@link SellerServer}.
 */
final class SellerBooks {

    private final List<Charge> charges = new ArrayList<>();

    private final Map<PaymentKey, Charge> remembered = new HashMap<>();

    private int transactions;

    /** Charges a payment, or returns the charge of one that was charged before. */
    synchronized Charge charge(String request, Authorization authorization, PaymentRequirements terms) {
        return this.remembered.computeIfAbsent(key(authorization, terms), (key) -> {
            Charge charge = new Charge(request, authorization.payer(), terms, authorization.nonce(),
                    "0x%064x".formatted(++this.transactions));
            this.charges.add(charge);
            return charge;
        });
    }

    /** Whether a payment was charged for another request than this one. */
    synchronized boolean boundElsewhere(String request, Authorization authorization, PaymentRequirements terms) {
        Charge charge = this.remembered.get(key(authorization, terms));
        return charge != null && !charge.request().equals(request);
    }

    synchronized boolean charged(Authorization authorization, PaymentRequirements terms) {
        return this.remembered.containsKey(key(authorization, terms));
    }

    /** Has a payment charged once more when it is presented again. */
    synchronized void forget(Authorization authorization, PaymentRequirements terms) {
        this.remembered.remove(key(authorization, terms));
    }

    synchronized List<Charge> charges() {
        return List.copyOf(this.charges);
    }

    synchronized void clear() {
        this.charges.clear();
        this.remembered.clear();
    }

    /** A token on a network spends a nonce; another token does not know of it. */
    private static PaymentKey key(Authorization authorization, PaymentRequirements terms) {
        return new PaymentKey(terms.network(), terms.asset(), authorization.payer(), authorization.nonce());
    }

}
