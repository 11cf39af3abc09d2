package io.github.x402spring.ledger;

import java.util.HexFormat;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * Identifier of a purchase that its client named, so that a second authorization for the
 * same purchase is not charged. Holds digests only: no ledger stores the name.
 *
 * @param scope a digest of the caller, the payer and the client's name for the purchase;
 * 64 hexadecimal digits
 * @param terms a digest of the request and of what is to be paid for it; 64 hexadecimal
 * digits
 * @since 0.1.0
 */
public record PaymentIdentifier(String scope, String terms) {

    private static final int DIGITS = 64;

    public PaymentIdentifier {
        Objects.requireNonNull(scope, "'scope' must not be null");
        Objects.requireNonNull(terms, "'terms' must not be null");
        if (scope.length() != DIGITS || terms.length() != DIGITS) {
            throw new IllegalArgumentException("'scope' and 'terms' must be SHA-256 digests in hexadecimal");
        }
    }

    /**
     * Computes an identifier.
     * @param caller the name of the caller, or {@code null} if the caller is anonymous
     * @param payer the payer's address in lower case
     * @param kind where the client states the name
     * @param name the name that the client gave the purchase
     * @param terms a digest of the request and of what is to be paid for it
     * @return the identifier
     */
    public static PaymentIdentifier of(@Nullable String caller, String payer, String kind, String name,
            FieldDigest terms) {
        byte[] scope = new FieldDigest().add((caller != null) ? "caller" : "nobody")
            .add(caller)
            .add(payer)
            .add(kind)
            .add(name)
            .digest();
        HexFormat hexadecimal = HexFormat.of();
        return new PaymentIdentifier(hexadecimal.formatHex(scope), hexadecimal.formatHex(terms.digest()));
    }

}
