package io.github.x402spring.codec;

import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.protocol.PaymentRequired;
import io.github.x402spring.protocol.PaymentRequirements;

/**
 * Terms of a server, of which each way to pay is read independently.
 *
 * @param required the terms with the ways to pay that are readable
 * @param offers all ways to pay, in the order of the server
 * @param tree the whole message, to repeat its members from
 * @since 0.1.0
 */
public record DecodedTerms(PaymentRequired required, List<Offer> offers, Map<String, @Nullable Object> tree) {

    public DecodedTerms {
        offers = List.copyOf(offers);
    }

    /**
     * One entry of {@code accepts}.
     */
    public sealed interface Offer {

        /**
         * A way to pay.
         *
         * @param requirements the entry
         * @param tree the entry as it was sent
         */
        record Readable(PaymentRequirements requirements, Map<String, @Nullable Object> tree) implements Offer {
        }

        /**
         * An entry that is not readable.
         *
         * @param problem what is wrong with it; quotes nothing
         */
        record Unreadable(String problem) implements Offer {
        }

    }

}
