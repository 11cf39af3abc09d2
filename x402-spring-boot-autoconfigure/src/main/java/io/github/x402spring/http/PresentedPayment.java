package io.github.x402spring.http;

import java.util.Objects;

import io.github.x402spring.decision.Reason;
import io.github.x402spring.protocol.PaymentPayload;

/**
 * Payment that the headers of a request hold, if any.
 *
 * @since 0.1.0
 */
public sealed interface PresentedPayment {

    /** No payment is presented. */
    record Absent() implements PresentedPayment {

        static final Absent INSTANCE = new Absent();

    }

    /** There is only {@code X-PAYMENT}, and no payment in it that is taken here. */
    record NotRead() implements PresentedPayment {

        /** Error that the terms state. */
        public static final String ERROR = "X-PAYMENT is read here for x402 version 2 only; send PAYMENT-SIGNATURE";

    }

    /**
     * One payment is presented.
     *
     * @param payload the payment
     * @param dialect the dialect that the client speaks
     */
    record Present(PaymentPayload payload, PaymentDialect dialect) implements PresentedPayment {

        public Present {
            Objects.requireNonNull(payload, "'payload' must not be null");
            Objects.requireNonNull(dialect, "'dialect' must not be null");
        }

    }

    /**
     * Something else than one payment is presented.
     *
     * @param reason what is wrong with it
     */
    record Unusable(Reason reason) implements PresentedPayment {

        public Unusable {
            Objects.requireNonNull(reason, "'reason' must not be null");
        }

    }

}
