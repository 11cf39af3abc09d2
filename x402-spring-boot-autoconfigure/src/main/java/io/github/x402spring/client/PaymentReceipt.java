package io.github.x402spring.client;

import java.util.List;
import java.util.Optional;

import org.springframework.http.HttpHeaders;

import io.github.x402spring.protocol.SettleResponse;

/**
 * Reader of the receipt of a paid response. The receipt is the server's statement; only
 * the chain proves it.
 *
 * @since 0.1.0
 */
public final class PaymentReceipt {

    private PaymentReceipt() {
    }

    /**
     * Finds the receipt in the headers of a response.
     * @param headers the headers
     * @return the receipt; empty if there is none, more than one, or an unreadable one
     */
    public static Optional<SettleResponse> from(HttpHeaders headers) {
        List<String> values = headers.getOrEmpty("PAYMENT-RESPONSE");
        return (values.size() == 1) ? PaymentTerms.CODEC.decodeSettleResponse(values.get(0)) : Optional.empty();
    }

}
