package io.github.x402spring.webmvc;

import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicBoolean;

import io.github.x402spring.gate.PaidEndpointDefinition;

/**
 * Is a paid handler method with its terms. Compared by identity.
 */
final class RegisteredEndpoint {

    private final PaidEndpointDefinition definition;

    private final List<OfferSource> offers;

    /**
     * Encoded terms by address, for addresses that do not vary: as many as there are
     * mappings.
     */
    private final ConcurrentMap<String, PaymentTerms> fixedTerms = new ConcurrentHashMap<>();

    private final AtomicBoolean priceFailed = new AtomicBoolean();

    RegisteredEndpoint(PaidEndpointDefinition definition, List<OfferSource> offers) {
        this.definition = definition;
        this.offers = List.copyOf(offers);
    }

    PaidEndpointDefinition definition() {
        return this.definition;
    }

    List<OfferSource> offers() {
        return this.offers;
    }

    boolean fixedPrices() {
        for (OfferSource offer : this.offers) {
            if (!offer.fixed()) {
                return false;
            }
        }
        return true;
    }

    /**
     * A stranger can make a computed price fail as often as it likes; the operator hears
     * of it once.
     */
    boolean firstPriceFailure() {
        return this.priceFailed.compareAndSet(false, true);
    }

    ConcurrentMap<String, PaymentTerms> fixedTerms() {
        return this.fixedTerms;
    }

}
