package io.github.x402spring.scheme;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.PaymentPayload;
import io.github.x402spring.protocol.PaymentRequirements;

/**
 * Checks of the payments of one scheme that need no I/O. All beans of this type are
 * applied: an offer names its scheme, and the first bean of that name that supports the
 * terms checks its payments. Implementations are thread-safe.
 * <p>
 * A payment whose scheme throws is refused with status 503, whatever the method; the
 * message of the exception is not logged, since it may quote the payment.
 *
 * @since 0.1.0
 */
public interface PaymentScheme {

    /**
     * Time by which an authorization may be valid for longer than its terms say, because
     * the payer's clock is ahead.
     */
    Duration MAX_CLOCK_SKEW = Duration.ofMinutes(10);

    /**
     * Time for which an authorization must still be valid to be settled, because a
     * transfer takes time.
     */
    Duration MIN_REMAINING = Duration.ofSeconds(6);

    /**
     * Members of {@code extra} that only the seller states.
     */
    Set<String> SELLER_EXTRA = Set.of("name", "version", "assetTransferMethod", "paymentFlow", "resource");

    /**
     * Finds the scheme that checks payments under the given terms.
     * @param schemes the schemes, in order of preference
     * @param requirements the terms
     * @return the first scheme that has the name in the terms and supports them, or
     * {@code null} if there is none
     */
    static @Nullable PaymentScheme find(List<PaymentScheme> schemes, PaymentRequirements requirements) {
        for (PaymentScheme scheme : schemes) {
            if (requirements.scheme().equals(scheme.name()) && scheme.supports(requirements)) {
                return scheme;
            }
        }
        return null;
    }

    /**
     * Returns the name of this scheme in terms and in configuration.
     * @return the name, such as {@code exact}
     */
    String name();

    /**
     * Returns whether this scheme checks payments under the given terms. Also called
     * before the recipient and what the facilitator {@linkplain #facilitatorExtra()
     * states} are known, with the same result.
     * @param requirements the server's terms
     * @return whether it does
     */
    boolean supports(PaymentRequirements requirements);

    /**
     * Checks a configured recipient and converts it to its form on the wire. Called at
     * the start, once for each offer.
     * @param payTo the recipient as it is configured; not blank
     * @param network the network of the offer
     * @return the recipient, in at most 128 visible characters of ASCII
     * @throws IllegalArgumentException if the text is not a recipient on that network, or
     * may be a private key. The message gives the reason, and quotes no part of the text
     */
    String recipient(String payTo, Network network);

    /**
     * Returns the members of {@code extra} that payers need and that only the facilitator
     * can state, such as the address that pays the fees of a transaction. They are taken
     * from the facilitator's list of supported kinds. As long as it has not stated one of
     * them, requests for the offer are refused with status 503.
     * <p>
     * Members that the terms already have are never taken from there, nor are those of
     * {@link #SELLER_EXTRA}.
     * @return the names of the members; none by default
     */
    default Set<String> facilitatorExtra() {
        return Set.of();
    }

    /**
     * Checks a payment against the server's terms: amount, recipient, network, asset,
     * window, and the signature as far as it can be proved without a chain.
     * @param payload the payment as the client sent it
     * @param requirements the server's terms
     * @param now the present time
     * @return the result
     */
    Screening screen(PaymentPayload payload, PaymentRequirements requirements, Instant now);

    /**
     * Checks a payment as {@link #screen} does, but may leave the signature unproved,
     * which the result states. For payments whose signature the facilitator proves.
     * @param payload the payment as the client sent it
     * @param requirements the server's terms
     * @param now the present time
     * @return the result
     */
    default Screening screenTerms(PaymentPayload payload, PaymentRequirements requirements, Instant now) {
        return screen(payload, requirements, now);
    }

    /**
     * Converts a payment to the form that facilitators and tokens accept, without
     * changing what was signed. Called before each call to a facilitator. Members that
     * the scheme does not know stay.
     * @param payload the payment as the client sent it, which passed {@link #screenTerms}
     * @param requirements the server's terms
     * @return the payment; the same for the same payment each time
     */
    default PaymentPayload normalize(PaymentPayload payload, PaymentRequirements requirements) {
        return payload;
    }

    /**
     * Returns the signature of a payment. By its digest the payment is recognized when it
     * is presented again, and a signature that only a chain can confirm is not proved
     * anew then.
     * @param payload the payment as the client sent it
     * @return the bytes of the signature; empty if the payment has none
     */
    default Optional<byte[]> signature(PaymentPayload payload) {
        return Optional.empty();
    }

    /**
     * Identifies a payment that may no longer fit the terms: amount and window do not
     * matter. Network, asset and recipient are those of the terms, and the signature is
     * the payer's or one that only a chain can confirm.
     * <p>
     * The gate uses it to find a payment that was sent to be settled before the price
     * changed. By default a payment is screened as if its price, and what the facilitator
     * {@linkplain #facilitatorExtra() stated}, were what the client says. It is only
     * recognized that way, and never accepted.
     * @param payload the payment as the client sent it
     * @param requirements the server's terms
     * @param now the present time
     * @return the payment; empty if it is certainly not one to this recipient
     */
    default Optional<SignedPayment> identify(PaymentPayload payload, PaymentRequirements requirements, Instant now) {
        return switch (screen(payload, RecognitionTerms.of(requirements, payload, facilitatorExtra()), now)) {
            case Screening.Passed(Screening.Authorization authorization, boolean proved) ->
                Optional.of(new SignedPayment(authorization, proved));
            case Screening.Expired(Screening.Authorization authorization, var reason, boolean proved) ->
                Optional.of(new SignedPayment(authorization, proved));
            case Screening.Failed failed -> Optional.empty();
            case Screening.Malformed malformed -> Optional.empty();
        };
    }

}
