package io.github.x402spring.ledger;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

import io.github.x402spring.protocol.Network;

/**
 * Key of a payer's authorization, independent of its encoding.
 *
 * @param network the network
 * @param asset the token's contract address; stored in lower case
 * @param payer the payer's address; stored in lower case
 * @param nonce the authorization's nonce; stored in lower case
 * @since 0.1.0
 */
public record PaymentKey(Network network, String asset, String payer, String nonce) {

    private static final int MAX_REFERENCE = 1024;

    private static final String SEPARATOR = "\n";

    public PaymentKey {
        Objects.requireNonNull(network, "'network' must not be null");
        // The few tokens of our own terms are part of every stored key.
        String lowerCase = asset.toLowerCase(Locale.ROOT);
        asset = lowerCase.equals(asset) ? asset : lowerCase.intern();
        payer = payer.toLowerCase(Locale.ROOT);
        nonce = nonce.toLowerCase(Locale.ROOT);
    }

    /**
     * Reads what {@link #reference()} wrote.
     * @param text the text, of any length and origin
     * @return the payment, or empty if the text is no reference
     */
    public static Optional<PaymentKey> ofReference(String text) {
        if (text.isEmpty() || text.length() > MAX_REFERENCE) {
            return Optional.empty();
        }
        try {
            String[] parts = new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8).split(SEPARATOR,
                    -1);
            return (parts.length == 4)
                    ? Optional.of(new PaymentKey(Network.parse(parts[0]), parts[1], parts[2], parts[3]))
                    : Optional.empty();
        }
        catch (IllegalArgumentException ex) {
            return Optional.empty();
        }
    }

    /**
     * Returns a name of the payment for use in addresses. It reveals the payer.
     * @return letters, digits, {@code -} and {@code _}
     */
    public String reference() {
        String text = String.join(SEPARATOR, this.network.toString(), this.asset, this.payer, this.nonce);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

}
