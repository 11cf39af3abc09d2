package io.github.x402spring.ledger.history;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

import io.github.x402spring.ledger.PaymentKey;
import io.github.x402spring.protocol.Network;

/**
 * Names a payment in an address. Who sees the name sees the payer.
 *
 * @since 0.1.0
 */
public final class PaymentReference {

    private static final int MAX_LENGTH = 1024;

    private static final String SEPARATOR = "\n";

    private PaymentReference() {
    }

    /**
     * Names a payment.
     * @param key the payment
     * @return the name, of letters, digits, {@code -} and {@code _}
     */
    public static String of(PaymentKey key) {
        String text = String.join(SEPARATOR, key.network().toString(), key.asset(), key.payer(), key.nonce());
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Finds out which payment has a name.
     * @param text the name, of whatever length and origin
     * @return the payment, or empty if the text names none
     */
    public static Optional<PaymentKey> parse(String text) {
        if (text.isEmpty() || text.length() > MAX_LENGTH) {
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

}
