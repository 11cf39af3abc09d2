package io.github.x402spring.reconcile;

import io.github.x402spring.ledger.Conclusion;
import io.github.x402spring.ledger.UnknownPayment;

/**
 * Listener that is notified when a payment whose settlement was unknown has ended, by the
 * instance that ended it and outside of any request. All beans of this type are notified.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface UnknownPaymentListener {

    /**
     * Called once for each payment, after its end was recorded, and once more if an
     * operator resolves an unresolved one. An exception is logged and changes nothing.
     * @param payment the payment
     * @param conclusion how it ended
     */
    void ended(UnknownPayment payment, Conclusion conclusion);

}
