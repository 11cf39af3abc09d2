package io.github.x402spring.autoconfigure.webmvc;

import jakarta.servlet.http.HttpServletResponse;

import io.github.x402spring.codec.PaymentHeaderCodec;
import io.github.x402spring.protocol.PaymentRequired;

/**
 * Reads the terms that an answer asks for.
 */
public final class Challenges {

    private static final PaymentHeaderCodec CODEC = new PaymentHeaderCodec(64 * 1024);

    private Challenges() {
    }

    static PaymentRequired terms(HttpServletResponse response) {
        return terms(response.getHeader("PAYMENT-REQUIRED"));
    }

    public static PaymentRequired terms(String header) {
        return CODEC.decodePaymentRequired(header).orElseThrow();
    }

}
