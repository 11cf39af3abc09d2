package io.github.x402spring.reconcile;

import io.github.x402spring.ledger.PaymentKey;

/**
 * Listener that is notified when a facilitator's reply has settled a payment.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface SettlementListener {

    /**
     * Called on the thread that serves the request, before the response leaves; must not
     * block. An exception is logged and changes nothing.
     * @param key the payment
     * @param transaction the transaction that the facilitator named, in normal form
     */
    void settled(PaymentKey key, String transaction);

}
