package io.github.x402spring.http;

import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.codec.DecodedPayment;
import io.github.x402spring.protocol.PaymentPayload;
import io.github.x402spring.protocol.PaymentRequired;
import io.github.x402spring.protocol.SettleResponse;

/**
 * Form in which payments, terms and receipts of one rail are written over HTTP, such as
 * x402 version 2. Each credential of a request belongs to one dialect, which alone parses
 * it; {@link PaymentDialects} chooses among them. Thread-safe.
 *
 * @since 0.1.0
 */
public interface PaymentDialect {

    /**
     * Finds what a request presents in this dialect, without parsing it.
     * @param headers returns the values of a header of the request by its name, in any
     * case; taking a value may cost something: Spring Security's firewall examines every
     * character
     * @return the credentials, each of which may be a payment; to ask whether there are
     * more takes no value from a header that holds nothing else
     */
    Enumeration<String> credentials(Function<String, Enumeration<String>> headers);

    /**
     * Parses a credential.
     * @param credential the credential as it was sent
     * @return the payment, or what is wrong
     */
    DecodedPayment decode(String credential);

    /**
     * Returns the dialect of a payment that was parsed by this one, in which its client
     * gets the receipt.
     * @param payment the payment
     * @return this dialect, or another one that some clients present in its place
     */
    default PaymentDialect speaker(PaymentPayload payment) {
        return this;
    }

    /**
     * Tells whether payments in this dialect are taken here. A client that presents one
     * all the same is shown the terms.
     * @return whether they are
     */
    boolean taken();

    /**
     * States terms in headers.
     * @param terms the terms
     * @return one field for each challenge; empty if the dialect's clients read the body
     */
    List<HeaderField> challenge(PaymentRequired terms);

    /**
     * Lays terms out for the body of a challenge.
     * @param terms the terms
     * @return the members, a new map
     */
    Map<String, Object> readable(PaymentRequired terms);

    /**
     * States the outcome of a settlement in a header.
     * @param receipt the outcome
     * @return the field, or {@code null} if the dialect has none for this outcome
     */
    @Nullable HeaderField receipt(SettleResponse receipt);

}
