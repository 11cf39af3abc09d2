package io.github.x402spring.webmvc;

import io.github.x402spring.decision.Reason;
import io.github.x402spring.protocol.PaymentPayload;

/**
 * Is what the payment headers of a request hold.
 */
sealed interface PresentedPayment {

    /** There is no payment header. */
    record Absent() implements PresentedPayment {
    }

    /** There is only {@code X-PAYMENT}, and no payment in it that is taken here. */
    record NotRead() implements PresentedPayment {
    }

    /** There is one payment. */
    record Present(PaymentPayload payload) implements PresentedPayment {
    }

    /** There is something that is not one payment. */
    record Unusable(Reason reason) implements PresentedPayment {
    }

}
