package io.github.x402spring.client;

import java.util.List;
import java.util.Optional;

import org.springframework.http.HttpHeaders;

import io.github.x402spring.codec.DecodedTerms;
import io.github.x402spring.codec.PaymentHeaderCodec;

/**
 * Reader of the terms of a 402 response.
 */
final class PaymentTerms {

    static final int MAX_HEADER_LENGTH = 64 * 1024;

    static final PaymentHeaderCodec CODEC = new PaymentHeaderCodec(MAX_HEADER_LENGTH);

    private PaymentTerms() {
    }

    /**
     * Reads the terms; empty if there are none, more than one, unreadable ones, or no way
     * to pay, readable or not.
     */
    static Optional<DecodedTerms> from(HttpHeaders headers) {
        List<String> values = headers.getOrEmpty("PAYMENT-REQUIRED");
        if (values.size() != 1) {
            return Optional.empty();
        }
        return CODEC.decodeTerms(values.get(0)).filter((terms) -> !terms.offers().isEmpty());
    }

}
