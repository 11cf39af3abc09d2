package io.github.x402spring.codec;

import io.github.x402spring.protocol.PaymentPayload;

/**
 * Outcome of decoding a payment header.
 *
 * @since 0.1.0
 */
public sealed interface DecodedPayment {

    /**
     * The header holds a payment.
     *
     * @param payload the payment
     */
    record Readable(PaymentPayload payload) implements DecodedPayment {
    }

    /**
     * The header holds something else.
     *
     * @param problem what is wrong with it, for the server's own log; quotes nothing
     */
    record Unreadable(String problem) implements DecodedPayment {
    }

}
