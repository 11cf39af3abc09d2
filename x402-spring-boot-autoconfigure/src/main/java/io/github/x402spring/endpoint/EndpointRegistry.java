package io.github.x402spring.endpoint;

import java.lang.reflect.Method;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.github.x402spring.InvalidX402ConfigurationException;
import io.github.x402spring.PaidEndpoint;
import io.github.x402spring.asset.AssetRegistry;
import io.github.x402spring.endpoint.RegisteredEndpoint.Mapping;
import io.github.x402spring.exchange.PaidEndpointDefinition;
import io.github.x402spring.gate.Offer;
import io.github.x402spring.protocol.PaymentRequirements;

/**
 * Registry of the terms of paid endpoints, whatever their handlers are. One name stands
 * for one set of terms, in configuration, limits and metrics. Thread-safe.
 *
 * @since 0.1.0
 */
public final class EndpointRegistry {

    /** Rules that let every payer in. */
    private static final Set<String> OPEN = Set.of("permitAll", "permitAll()", "permit-all");

    /**
     * Number of endpoints of filters that may be found after the start. In an application
     * that makes filters from requests, strangers would create endpoints without bound.
     */
    private static final int MAX_LATE = 1_000;

    private static final Logger logger = LoggerFactory.getLogger(EndpointRegistry.class);

    private final PaidEndpointFactory factory;

    private final PaidEndpointSettings settings;

    private final boolean complete;

    /** Endpoints of filters, by what these state. */
    private final ConcurrentMap<PaidEndpoint, RegisteredEndpoint> declared = new ConcurrentHashMap<>();

    /** Offers that differ in more than their price, of all endpoints. */
    private final ConcurrentMap<String, Offer> recipients = new ConcurrentHashMap<>();

    /** The first handler of each name. */
    private final ConcurrentMap<String, Named> names = new ConcurrentHashMap<>();

    private final Semaphore late = new Semaphore(MAX_LATE);

    private final AtomicBoolean tooManyLogged = new AtomicBoolean();

    private volatile List<PaidEndpointListing> listings = List.of();

    private volatile boolean started;

    /**
     * Creates a registry.
     * @param settings the configuration of endpoints
     * @param assets the known tokens
     * @param placeholders resolves <code>${…}</code>
     * @param checks checks each endpoint
     * @param extras reads what the facilitator states for terms
     * @param resolvesPrices whether the application has a {@code PriceResolver}, so that
     * a price may be absent
     * @param complete whether all handlers of the application are there, as they are
     * outside of test slices; otherwise configuration may name endpoints that are not
     */
    public EndpointRegistry(PaidEndpointSettings settings, AssetRegistry assets, UnaryOperator<String> placeholders,
            EndpointChecks checks, ListedExtras extras, boolean resolvesPrices, boolean complete) {
        this.factory = new PaidEndpointFactory(settings, assets, placeholders, checks, extras, resolvesPrices);
        this.settings = settings;
        this.complete = complete;
    }

    /**
     * Returns the configuration of endpoints.
     * @return the settings
     */
    public PaidEndpointSettings settings() {
        return this.settings;
    }

    /**
     * Registers the endpoint of a handler.
     * @param annotation states the terms, as far as configuration states no others
     * @param type the class of the handler
     * @param method the method of that class
     * @param functional whether it is a handler function, which router functions lead to
     * @return the endpoint
     * @throws InvalidX402ConfigurationException if there can be no such endpoint
     */
    public RegisteredEndpoint register(PaidEndpoint annotation, Class<?> type, Method method, boolean functional) {
        return registered(this.factory.create(annotation, type, method, functional),
                type.getName() + "." + method.getName());
    }

    /**
     * Finds the endpoint of a filter of handler functions, which is registered when it is
     * first asked for.
     * @param declaration what the filter states
     * @return the endpoint
     * @throws InvalidX402ConfigurationException if there can be no such endpoint
     */
    public RegisteredEndpoint find(PaidEndpoint declaration) {
        return this.declared.computeIfAbsent(declaration, (key) -> this.started ? createLate(key) : create(key));
    }

    private RegisteredEndpoint createLate(PaidEndpoint declaration) {
        if (!this.late.tryAcquire()) {
            throw tooMany();
        }
        boolean created = false;
        try {
            RegisteredEndpoint endpoint = create(declaration);
            created = true;
            return endpoint;
        }
        finally {
            if (!created) {
                this.late.release();
            }
        }
    }

    private InvalidX402ConfigurationException tooMany() {
        String problem = "More than " + MAX_LATE + " paid endpoints were found while the application runs: it calls "
                + "X402Functions.paid for requests, with what they say";
        String remedy = "Call X402Functions.paid where the routes are built, with names that requests have no part in.";
        if (!this.tooManyLogged.getAndSet(true)) {
            logger.error("{}; further ones are not served. {}", problem, remedy);
        }
        return new InvalidX402ConfigurationException(problem, remedy);
    }

    private RegisteredEndpoint create(PaidEndpoint declaration) {
        RegisteredEndpoint endpoint = this.factory.create(declaration);
        return registered(endpoint, endpoint.handler());
    }

    private RegisteredEndpoint registered(RegisteredEndpoint endpoint, String handler) {
        checkName(endpoint, handler);
        for (OfferSource source : endpoint.offers()) {
            Offer offer = Offer.of(source.anyPrice());
            this.recipients.putIfAbsent(offer.tree().toString(), offer);
        }
        return endpoint;
    }

    private void checkName(RegisteredEndpoint endpoint, String handler) {
        String name = endpoint.definition().name();
        Named first = this.names.putIfAbsent(name, new Named(endpoint, handler));
        String difference = (first != null) ? endpoint.difference(first.endpoint()) : null;
        if (first != null && difference != null) {
            throw new InvalidX402ConfigurationException(
                    "Two handlers are paid endpoint '" + name + "' and differ in '" + difference + "': "
                            + first.handler() + " and " + handler,
                    "Give one of them another name in @PaidEndpoint(\"…\"), or set x402.endpoints." + name + "."
                            + difference + " for both.");
        }
    }

    /**
     * Returns what any of the endpoints may be paid with.
     * @return terms with each recipient, network and asset, whatever they cost
     */
    public List<Offer> recipients() {
        return List.copyOf(this.recipients.values());
    }

    /**
     * Checks the endpoints of the start together, and lists them.
     * @param mappings the handlers with their mappings
     * @param known whether there are no others
     * @throws InvalidX402ConfigurationException if they cannot work as they are
     * configured
     */
    public void start(List<Mapping> mappings, boolean known) {
        Set<String> names = new TreeSet<>();
        mappings.forEach((mapping) -> names.add(mapping.endpoint().definition().name()));
        checkNames(names, known);
        this.factory.checkAll(mappings.stream().map(Mapping::endpoint).distinct().toList(), known);
        this.listings = PaidEndpointSummary.list(mappings, this.settings.defaultRule());
        PaidEndpointSummary.log(mappings, this.settings);
        mappings.forEach(this::checkReachable);
        this.started = true;
    }

    /** Filters that hide a price at start-up may have one of any name. */
    private void checkNames(Set<String> names, boolean known) {
        Set<String> unknown = new TreeSet<>(this.settings.endpoints().keySet());
        unknown.removeAll(names);
        if (!known && !unknown.isEmpty()) {
            logger.warn("Configuration names paid endpoints that were not found: {}. They exist only if other filters, "
                    + "resources or router functions of the application's own hide their X402Functions.paid. Declare "
                    + "the filter as a bean, or make it the first of its builder", String.join(", ", unknown));
        }
        else if (this.complete && !unknown.isEmpty()) {
            throw new InvalidX402ConfigurationException(
                    "Configuration names paid endpoints that do not exist: " + String.join(", ", unknown),
                    "Correct or remove x402.endpoints." + unknown.iterator().next() + "; known endpoints are: "
                            + (names.isEmpty() ? "none" : String.join(", ", names)) + ".");
        }
    }

    private void checkReachable(Mapping mapping) {
        String authorize = mapping.endpoint().definition().authorize();
        if (!OPEN.contains(((authorize != null) ? authorize : this.settings.defaultRule()).strip())) {
            return;
        }
        for (String pattern : mapping.patterns()) {
            for (String method : mapping.methods().isEmpty() ? Set.of("GET") : mapping.methods()) {
                this.factory.checkReachable(mapping.endpoint().definition().name(), method, Mapping.path(pattern, "x"));
            }
        }
    }

    /**
     * Lists the endpoints of the handlers that were there at start-up.
     * @return the endpoints, by name
     */
    public List<PaidEndpointListing> endpoints() {
        return this.listings;
    }

    private record Named(RegisteredEndpoint endpoint, String handler) {
    }

    /**
     * Checks of an endpoint, whichever adapter serves it. Each method throws an
     * {@link InvalidX402ConfigurationException} that names the remedy.
     */
    public interface EndpointChecks {

        /**
         * Checks a recipient and gives it the form in which it goes over the wire.
         * @param endpoint the endpoint's name
         * @param payTo the recipient, or {@code null} if none is configured
         * @param terms the terms, without a recipient
         * @return the recipient
         */
        String payTo(String endpoint, @Nullable String payTo, PaymentRequirements terms);

        /**
         * Returns the members of {@code extra} that the scheme of terms needs and the
         * facilitator states.
         * @param endpoint the endpoint's name
         * @param terms the terms, without a recipient
         * @return the names of the members; none by default
         */
        default Set<String> facilitatorExtra(String endpoint, PaymentRequirements terms) {
            return Set.of();
        }

        /**
         * Checks an expression.
         * @param endpoint the endpoint's name
         * @param authorize the expression, or {@code null} for the default
         */
        void checkAuthorize(String endpoint, @Nullable String authorize);

        /**
         * Checks that payments under the given terms can be taken.
         * @param endpoint the endpoint's name
         * @param requirements the terms
         */
        void checkRequirements(String endpoint, PaymentRequirements requirements);

        /**
         * Checks the endpoints that are known at start-up together.
         * @param endpoints the endpoints with the terms that each can be paid under
         * @param known whether there are no others; those that are found later are
         * checked one by one
         */
        void checkAll(Map<PaidEndpointDefinition, List<Terms>> endpoints, boolean known);

        /**
         * Checks that an anonymous caller reaches an endpoint that is open to every
         * payer. Called when all beans are there; warns, and throws nothing.
         * @param endpoint the endpoint's name
         * @param method the HTTP method
         * @param path a path that leads to it, without that of the servlet
         */
        default void checkReachable(String endpoint, String method, String path) {
        }

    }

    /**
     * One way to pay.
     *
     * @param requirements the terms
     * @param fixed whether the amount is the same for each request; it says nothing if
     * not
     */
    public record Terms(PaymentRequirements requirements, boolean fixed) {
    }

}
