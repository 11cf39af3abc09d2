package io.github.x402spring.scheme;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

import io.github.x402spring.protocol.PaymentPayload;
import io.github.x402spring.protocol.PaymentRequirements;

/**
 * Judges payments of one scheme as far as that needs no I/O. Beans of this type add up.
 * Implementations are thread-safe.
 *
 * @since 0.1.0
 */
public interface PaymentScheme {

    /**
     * How much longer than its terms say an authorization may be valid, because the
     * payer's clock is ahead.
     */
    Duration MAX_CLOCK_SKEW = Duration.ofMinutes(10);

    /**
     * How much longer an authorization has to be valid to be settled, since a transfer
     * takes its time.
     */
    Duration MIN_REMAINING = Duration.ofSeconds(6);

    /**
     * Tells whether this scheme judges payments under the given terms.
     * @param requirements the server's terms
     * @return whether it does
     */
    boolean supports(PaymentRequirements requirements);

    /**
     * Checks a payment against the server's terms: amount, recipient, network, asset,
     * window, and whatever of the signature can be proved without a chain.
     * @param payload the payment as the client sent it
     * @param requirements the server's terms
     * @param now the present time
     * @return what was found
     */
    Screening screen(PaymentPayload payload, PaymentRequirements requirements, Instant now);

    /**
     * Does what {@link #screen} does, but may leave the signature unproved, which the
     * result has to say. For payments whose signature somebody else proves.
     * @param payload the payment as the client sent it
     * @param requirements the server's terms
     * @param now the present time
     * @return what was found
     */
    default Screening screenTerms(PaymentPayload payload, PaymentRequirements requirements, Instant now) {
        return screen(payload, requirements, now);
    }

    /**
     * Gives a payment the form in which facilitators and tokens take it, without changing
     * what was signed. Called before a facilitator is asked. Members that the scheme does
     * not know are kept.
     * @param payload the payment as the client sent it, which passed {@link #screenTerms}
     * @param requirements the server's terms
     * @return the payment; the same for the same payment each time
     */
    default PaymentPayload normalize(PaymentPayload payload, PaymentRequirements requirements) {
        return payload;
    }

    /**
     * Returns the signature of a payment, by whose digest it is recognized when it is
     * presented again. A signature that only a chain can confirm is not proved anew then.
     * @param payload the payment as the client sent it
     * @return the bytes of the signature; empty if the payment has none that could be
     * recognized
     */
    default Optional<byte[]> signature(PaymentPayload payload) {
        return Optional.empty();
    }

    /**
     * Tells which payment this is, although it may not fit the terms any more: amount and
     * window do not count. Network, asset and recipient are those of the terms, and the
     * signature is the payer's or one that only a chain can confirm.
     * <p>
     * A payment that was sent to be settled is found by it when the price has changed
     * meanwhile. A scheme that cannot judge amount and window apart from the rest leaves
     * this as it is: such a payment is then found as long as it fits the terms.
     * @param payload the payment as the client sent it
     * @param requirements the server's terms
     * @param now the present time
     * @return the payment; empty if it certainly is none to this recipient
     */
    default Optional<SignedPayment> identify(PaymentPayload payload, PaymentRequirements requirements, Instant now) {
        return switch (screen(payload, requirements, now)) {
            case Screening.Passed(Screening.Authorization authorization, boolean proved) ->
                Optional.of(new SignedPayment(authorization, proved));
            case Screening.Expired(Screening.Authorization authorization, var reason, boolean proved) ->
                Optional.of(new SignedPayment(authorization, proved));
            case Screening.Failed failed -> Optional.empty();
            case Screening.Malformed malformed -> Optional.empty();
        };
    }

}
