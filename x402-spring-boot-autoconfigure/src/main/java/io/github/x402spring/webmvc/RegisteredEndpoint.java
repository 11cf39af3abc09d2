package io.github.x402spring.webmvc;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicBoolean;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.exchange.PaidEndpointDefinition;

/**
 * Paid handler method, or paid handler functions, with the terms. Compared by identity.
 */
final class RegisteredEndpoint {

    private final PaidEndpointDefinition definition;

    private final String handler;

    private final List<OfferSource> offers;

    private final boolean functional;

    /**
     * Encoded terms by address, for addresses that do not vary: as many as there are
     * mappings.
     */
    private final ConcurrentMap<String, PaymentTerms> fixedTerms = new ConcurrentHashMap<>();

    private final AtomicBoolean priceFailed = new AtomicBoolean();

    /**
     * Creates an endpoint.
     * @param handler a name of the handler method that is the same on every instance
     */
    RegisteredEndpoint(PaidEndpointDefinition definition, String handler, List<OfferSource> offers) {
        this(definition, handler, offers, false);
    }

    /**
     * Creates an endpoint.
     * @param handler a name of the handler that is the same on every instance
     * @param functional whether handler functions serve it
     */
    RegisteredEndpoint(PaidEndpointDefinition definition, String handler, List<OfferSource> offers,
            boolean functional) {
        this.functional = functional;
        this.definition = definition;
        this.handler = handler;
        this.offers = List.copyOf(offers);
    }

    PaidEndpointDefinition definition() {
        return this.definition;
    }

    String handler() {
        return this.handler;
    }

    /** Whether handler functions serve the endpoint, which router functions lead to. */
    boolean functional() {
        return this.functional;
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
     * Compares terms with those of another handler of the same name.
     * @param other the endpoint of the other handler
     * @return the property in which they differ, or {@code null} if they do not
     */
    @Nullable String difference(RegisteredEndpoint other) {
        PaidEndpointDefinition theirs = other.definition;
        if (!Objects.equals(this.definition.authorize(), theirs.authorize())) {
            return "authorize";
        }
        if (this.definition.flow() != theirs.flow()) {
            return "flow";
        }
        if (!Objects.equals(this.definition.idempotent(), theirs.idempotent())) {
            return "idempotent";
        }
        if (this.offers.size() != other.offers.size()) {
            return "accepts";
        }
        for (int i = 0; i < this.offers.size(); i++) {
            String difference = this.offers.get(i).difference(other.offers.get(i));
            if (difference != null) {
                return difference;
            }
        }
        return null;
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
