package io.github.x402spring.endpoint;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

import io.github.x402spring.asset.Price;
import io.github.x402spring.decision.Reason;
import io.github.x402spring.endpoint.EndpointRegistry.Terms;
import io.github.x402spring.endpoint.PriceExpression.InexactPriceException;
import io.github.x402spring.endpoint.PriceResolver.PriceRequest;
import io.github.x402spring.exchange.PaidEndpointDefinition;
import io.github.x402spring.exchange.UnreadableRequestException;
import io.github.x402spring.protocol.PaymentRequirements;

/**
 * Paid handler method, or paid handler functions, with the terms. Compared by identity.
 *
 * @since 0.1.0
 */
public final class RegisteredEndpoint {

    private static final Logger logger = LoggerFactory.getLogger(RegisteredEndpoint.class);

    private final PaidEndpointDefinition definition;

    private final String handler;

    private final List<OfferSource> offers;

    private final boolean functional;

    private final AtomicBoolean priceFailed = new AtomicBoolean();

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

    /**
     * Returns the endpoint as configured.
     * @return the endpoint
     */
    public PaidEndpointDefinition definition() {
        return this.definition;
    }

    /**
     * Returns the name of the handler, which is the same on every instance.
     * @return the name
     */
    public String handler() {
        return this.handler;
    }

    /**
     * Tells whether handler functions serve the endpoint, which router functions lead to.
     * @return whether they do
     */
    public boolean functional() {
        return this.functional;
    }

    List<OfferSource> offers() {
        return this.offers;
    }

    /**
     * Tells whether the terms for one resource are always the same.
     * @return whether they are
     */
    public boolean fixedPrices() {
        for (OfferSource offer : this.offers) {
            if (!offer.fixed()) {
                return false;
            }
        }
        return true;
    }

    /**
     * Returns the ways to pay as far as they do not depend on a request.
     * @return the terms, in order of preference
     */
    public List<Terms> statedTerms() {
        return this.offers.stream().map((offer) -> new Terms(offer.sample(""), offer.price() != null)).toList();
    }

    /**
     * Returns terms that are as long as those for an address may become.
     * @param address the address
     * @return the terms, in order of preference
     */
    public List<PaymentRequirements> longestTerms(String address) {
        List<PaymentRequirements> accepts = new ArrayList<>(this.offers.size());
        for (OfferSource offer : this.offers) {
            accepts.add(offer.listed().longest(offer.sample(address)));
        }
        return accepts;
    }

    /**
     * Returns the terms of a request.
     * @param request what the price may depend on, and the address
     * @param resolver the application's own prices, or {@code null} if it has none
     * @return the terms, in order of preference
     * @throws UnreadableRequestException if what the caller sent has no price, or what
     * the facilitator states is missing
     * @throws RuntimeException if the price fails by itself
     */
    public List<PaymentRequirements> terms(PriceRequest request, @Nullable PriceResolver resolver) {
        String address = request.exchange().resource();
        List<PaymentRequirements> accepts = new ArrayList<>(this.offers.size());
        try {
            Price resolved = (resolver != null) ? resolver.resolve(request) : null;
            for (OfferSource offer : this.offers) {
                Price price = (resolved != null) ? resolved : offer.price();
                PaymentRequirements complete = offer.listed()
                    .complete((price != null) ? offer.requirements(price, address)
                            : offer.requirements(request, address));
                if (complete == null) {
                    throw new UnreadableRequestException(Reason.TEMPORARILY_UNAVAILABLE);
                }
                accepts.add(complete);
            }
        }
        catch (InvalidPriceRequestException ex) {
            logger.debug("The price of endpoint '{}' could not be computed from the request", this.definition.name());
            throw new UnreadableRequestException(Reason.REQUEST_INVALID);
        }
        return accepts;
    }

    /**
     * Returns what was stated before in place of terms, and may still be paid.
     * @param accepts the present terms of a request
     * @return the earlier ones
     */
    public List<PaymentRequirements> earlierTerms(List<PaymentRequirements> accepts) {
        List<PaymentRequirements> earlier = new ArrayList<>();
        for (int i = 0; i < this.offers.size(); i++) {
            earlier.addAll(this.offers.get(i).listed().earlier(accepts.get(i)));
        }
        return earlier;
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
     * Logs that a price failed: the first time as a warning, since a stranger can make a
     * computed price fail as often as it likes.
     * @param failure the exception, whose message may quote the request
     */
    public void priceFailed(RuntimeException failure) {
        logger.atLevel(firstPriceFailure() ? Level.WARN : Level.DEBUG)
            .log("The price of endpoint '{}' could not be computed: {}", this.definition.name(),
                    (failure instanceof InexactPriceException) ? failure.getMessage() : failure.getClass().getName());
    }

    boolean firstPriceFailure() {
        return this.priceFailed.compareAndSet(false, true);
    }

    /**
     * Paid handler with one of its mappings.
     *
     * @param endpoint the endpoint that the handler serves
     * @param description the mapping as text
     * @param patterns the patterns of paths
     * @param methods the HTTP methods; empty for all
     */
    public record Mapping(RegisteredEndpoint endpoint, String description, Set<String> patterns, Set<String> methods) {

        private static final Pattern VARIABLE = Pattern.compile("\\{(?:[^{}]|\\{[^{}]*})*}|\\*+|\\?");

        /**
         * Returns a path that a pattern leads from.
         * @param pattern the pattern
         * @param part what takes the place of each variable part
         * @return the path
         */
        public static String path(String pattern, String part) {
            return VARIABLE.matcher(pattern).replaceAll(part);
        }

    }

}
