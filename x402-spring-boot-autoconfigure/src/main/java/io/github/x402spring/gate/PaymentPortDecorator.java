package io.github.x402spring.gate;

import io.github.x402spring.exchange.PaymentAuthorizer;
import io.github.x402spring.facilitator.Facilitator;
import io.github.x402spring.ledger.PaymentLedger;

/**
 * Decorator of the ports that the gate calls; other users of the ports are not affected.
 * All beans of this type are applied, in order.
 *
 * @since 0.1.0
 */
public interface PaymentPortDecorator {

    /**
     * Decorates the facilitator. Not called where none is configured.
     * @param facilitator the facilitator, protected as configured
     * @return what the gate calls
     */
    default Facilitator decorate(Facilitator facilitator) {
        return facilitator;
    }

    /**
     * Decorates the ledger.
     * @param ledger the ledger
     * @return what the gate calls
     */
    default PaymentLedger decorate(PaymentLedger ledger) {
        return ledger;
    }

    /**
     * Decorates the policy.
     * @param authorizer the policy
     * @return what the gate calls
     */
    default PaymentAuthorizer decorate(PaymentAuthorizer authorizer) {
        return authorizer;
    }

}
