package io.github.x402spring.client;

import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;

import io.github.x402spring.codec.MalformedJsonException;
import io.github.x402spring.codec.PaymentHeaderCodec;
import io.github.x402spring.codec.WireJson;
import io.github.x402spring.protocol.PaymentRequired;

/**
 * Holds the terms of a 402 answer twice: as a record to judge them by, and as the tree to
 * repeat them from, since a record would lose the members it does not know.
 */
record PaymentTerms(PaymentRequired required, Map<String, @Nullable Object> tree) {

    static final int MAX_HEADER_LENGTH = 64 * 1024;

    private static final PaymentHeaderCodec CODEC = new PaymentHeaderCodec(MAX_HEADER_LENGTH);

    private static final WireJson JSON = new WireJson(MAX_HEADER_LENGTH);

    /**
     * Reads the terms; empty if there are none, more than one, unreadable ones, or no way
     * to pay.
     */
    static Optional<PaymentTerms> from(HttpHeaders headers) {
        List<String> values = headers.getOrEmpty("PAYMENT-REQUIRED");
        if (values.size() != 1) {
            return Optional.empty();
        }
        return CODEC.decodePaymentRequired(values.get(0))
            .filter((required) -> !required.accepts().isEmpty())
            .map((required) -> new PaymentTerms(required, tree(values.get(0))));
    }

    Object accepted(int index) {
        return Objects.requireNonNull(((List<?>) Objects.requireNonNull(this.tree.get("accepts"))).get(index));
    }

    private static Map<String, @Nullable Object> tree(String header) {
        try {
            return JSON.readObject(Base64.getDecoder().decode(header));
        }
        catch (MalformedJsonException ex) {
            throw new IllegalStateException("The codec has read these terms before", ex);
        }
    }

}
