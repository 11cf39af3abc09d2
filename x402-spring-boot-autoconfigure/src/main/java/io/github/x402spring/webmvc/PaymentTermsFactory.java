package io.github.x402spring.webmvc;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.server.PathContainer;
import org.springframework.http.server.PathContainer.PathSegment;
import org.springframework.http.server.RequestPath;
import org.springframework.web.servlet.HandlerMapping;
import org.springframework.web.util.ServletRequestPathUtils;
import org.springframework.web.util.UriUtils;

import io.github.x402spring.asset.Price;
import io.github.x402spring.decision.Reason;
import io.github.x402spring.endpoint.InvalidPriceRequestException;
import io.github.x402spring.endpoint.PriceResolver;
import io.github.x402spring.endpoint.PriceResolver.PriceRequest;
import io.github.x402spring.exchange.ChallengeExtensions;
import io.github.x402spring.exchange.PaidEndpointDefinition;
import io.github.x402spring.exchange.UnreadableRequestException;
import io.github.x402spring.gate.Offer;
import io.github.x402spring.http.PaymentDialects;
import io.github.x402spring.protocol.PaymentRequired;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.ResourceInfo;
import io.github.x402spring.webmvc.TermsBudget.Fitted;

/**
 * States what a request costs. Terms that do not depend on the request are put together
 * and encoded once.
 *
 * @since 0.1.0
 */
public final class PaymentTermsFactory {

    private static final Logger logger = LoggerFactory.getLogger(PaymentTermsFactory.class);

    /** The terms travel in a header, and containers take 8 KiB of headers by default. */
    private static final int MAX_ADDRESS_LENGTH = 1024;

    private static final int MAX_QUERY_LENGTH = 1024;

    private final PaymentDialects dialects;

    private final TermsBudget budget;

    private final PaidEndpointSettings settings;

    private final @Nullable PriceResolver resolver;

    private final List<ChallengeExtensions> extensions;

    /**
     * Creates a factory.
     * @param dialects state terms in headers
     * @param settings says under which origin this server is known
     * @param resolver the application's own prices, or {@code null} if it has none
     * @param extensions declare extensions of the protocol
     * @param maxLength the longest terms in headers, in characters
     */
    public PaymentTermsFactory(PaymentDialects dialects, PaidEndpointSettings settings,
            @Nullable PriceResolver resolver, List<ChallengeExtensions> extensions, int maxLength) {
        this.dialects = dialects;
        this.extensions = List.copyOf(extensions);
        this.budget = new TermsBudget(dialects, maxLength);
        this.settings = settings;
        this.resolver = resolver;
    }

    /**
     * Judges the part of an endpoint's terms that does not depend on the request.
     * @param path the pattern of a mapping
     * @throws InvalidPaidEndpointException if they are too long for a header
     */
    void check(RegisteredEndpoint endpoint, String path) {
        PaidEndpointDefinition definition = endpoint.definition();
        String origin = this.settings.resourceOrigin();
        String address = ((origin != null) ? origin : "http://localhost:65535") + this.settings.servletPath() + path;
        List<PaymentRequirements> accepts = new ArrayList<>(endpoint.offers().size());
        for (OfferSource source : endpoint.offers()) {
            Price price = source.price();
            accepts.add(source.listed()
                .longest(source.requirements((price != null) ? price : new Price(BigDecimal.ONE, null), address)));
        }
        Fitted fitted = fit(definition, address, accepts);
        if (fitted == null) {
            throw new InvalidPaidEndpointException(
                    "The terms of paid endpoint '" + definition.name() + "' are too long for a header of "
                            + this.budget.maxLength() + " bytes",
                    "Remove ways to pay from x402.endpoints." + definition.name() + ".accepts, or raise "
                            + "x402.web.max-terms-header and the limit of the server.");
        }
        if (!fitted.left().isEmpty()) {
            logger.warn("Terms of endpoint '{}' are longer than x402.web.max-terms-header; left out: {}",
                    definition.name(), String.join(", ", fitted.left()));
        }
    }

    PaymentTerms terms(RegisteredEndpoint endpoint, HttpServletRequest request, @Nullable String task)
            throws UnreadableRequestException {
        String query = request.getQueryString();
        if (query != null && query.length() > MAX_QUERY_LENGTH) {
            throw new UnreadableRequestException(Reason.ADDRESS_TOO_LONG);
        }
        String pattern = (String) request.getAttribute(HandlerMapping.BEST_MATCHING_PATTERN_ATTRIBUTE);
        boolean fixedAddress = pattern != null && isLiteral(pattern)
                && (!endpoint.functional() || isPath(pattern, request));
        String literal = endpoint.functional() ? null : pattern;
        if (!fixedAddress || this.resolver != null || !endpoint.fixedPrices() || varies(endpoint.definition())) {
            return build(endpoint, address(request, fixedAddress ? literal : null), request, task, false);
        }
        String key = (this.settings.resourceOrigin() != null) ? pattern : request.getLocalPort() + pattern;
        PaymentTerms terms = endpoint.fixedTerms().get(key);
        if (terms == null) {
            terms = build(endpoint, address(request, literal), request, task, true);
            endpoint.fixedTerms().put(key, terms);
        }
        return terms;
    }

    private boolean varies(PaidEndpointDefinition definition) {
        for (ChallengeExtensions extension : this.extensions) {
            if (extension.varies(definition)) {
                return true;
            }
        }
        return false;
    }

    /** Below the pattern of a nested router function may be many paths. */
    private static boolean isPath(String pattern, HttpServletRequest request) {
        return pattern.equals(ServletRequestPathUtils.getParsedRequestPath(request).pathWithinApplication().value());
    }

    private static boolean isLiteral(String pattern) {
        for (int i = 0; i < pattern.length(); i++) {
            char character = pattern.charAt(i);
            if (character == '{' || character == '*' || character == '?') {
                return false;
            }
        }
        return true;
    }

    private PaymentTerms build(RegisteredEndpoint endpoint, String address, HttpServletRequest request,
            @Nullable String task, boolean recurring) throws UnreadableRequestException {
        PaidEndpointDefinition definition = endpoint.definition();
        Fitted fitted = fit(definition, address, accepts(endpoint, address, request, task));
        if (fitted == null) {
            throw new UnreadableRequestException(Reason.ADDRESS_TOO_LONG);
        }
        List<Offer> offers = new ArrayList<>(endpoint.offers().size());
        fitted.required().accepts().forEach((requirements) -> offers.add(Offer.of(requirements)));
        for (int i = 0; i < endpoint.offers().size(); i++) {
            List<PaymentRequirements> earlier = endpoint.offers()
                .get(i)
                .listed()
                .earlier(fitted.required().accepts().get(i));
            earlier.forEach((requirements) -> offers.add(Offer.of(requirements)));
        }
        return new PaymentTerms(definition.name(), endpoint.handler(), fitted.required(), offers, fitted.challenge(),
                recurring);
    }

    private List<PaymentRequirements> accepts(RegisteredEndpoint endpoint, String address, HttpServletRequest request,
            @Nullable String task) throws UnreadableRequestException {
        PriceRequest asked = new PriceRequest(endpoint.definition().name(),
                new ServletPaidExchange(request, address, task), new RequestParameters(request, this.dialects));
        List<PaymentRequirements> accepts = new ArrayList<>(endpoint.offers().size());
        try {
            Price resolved = (this.resolver != null) ? this.resolver.resolve(asked) : null;
            for (OfferSource source : endpoint.offers()) {
                Price price = (resolved != null) ? resolved : source.price();
                PaymentRequirements complete = source.listed()
                    .complete((price != null) ? source.requirements(price, address)
                            : source.requirements(asked, address));
                if (complete == null) {
                    throw new UnreadableRequestException(Reason.TEMPORARILY_UNAVAILABLE);
                }
                accepts.add(complete);
            }
        }
        catch (InvalidPriceRequestException ex) {
            logger.debug("The price of endpoint '{}' could not be computed from the request", asked.endpoint());
            throw new UnreadableRequestException(Reason.REQUEST_INVALID);
        }
        catch (UnreadableParametersException ex) {
            throw new UnreadableRequestException(ex.why());
        }
        return accepts;
    }

    private @Nullable Fitted fit(PaidEndpointDefinition definition, String address, List<PaymentRequirements> accepts) {
        PaymentRequired required = new PaymentRequired("Payment required",
                new ResourceInfo(address, definition.description(), definition.mimeType()), accepts,
                declare(definition, address, accepts));
        return this.budget.fit(required, (extension) -> required(definition, extension));
    }

    private boolean required(PaidEndpointDefinition definition, String key) {
        for (ChallengeExtensions extension : this.extensions) {
            if (extension.required(definition, key)) {
                return true;
            }
        }
        return false;
    }

    private Map<String, Object> declare(PaidEndpointDefinition definition, String address,
            List<PaymentRequirements> accepts) {
        Map<String, Object> declared = new LinkedHashMap<>();
        for (ChallengeExtensions extension : this.extensions) {
            declared.putAll(extension.declare(definition, address, accepts));
        }
        return declared;
    }

    @SuppressWarnings("unchecked")
    static Map<String, String> pathVariables(HttpServletRequest request) {
        Object variables = request.getAttribute(HandlerMapping.URI_TEMPLATE_VARIABLES_ATTRIBUTE);
        return (variables instanceof Map) ? (Map<String, String>) variables : Map.of();
    }

    /**
     * The address comes from configuration and from the path that was matched, never from
     * Host or X-Forwarded-*.
     */
    private String address(HttpServletRequest request, @Nullable String literalPath) throws UnreadableRequestException {
        StringBuilder address = new StringBuilder(128);
        String origin = this.settings.resourceOrigin();
        if (origin != null) {
            address.append(origin);
        }
        else {
            address.append("http://localhost:").append(request.getLocalPort());
        }
        address.append(request.getServletContext().getContextPath()).append(this.settings.servletPath());
        if (literalPath != null) {
            address.append(literalPath);
        }
        else {
            appendPath(address, ServletRequestPathUtils.getParsedRequestPath(request));
        }
        if (address.length() > MAX_ADDRESS_LENGTH) {
            throw new UnreadableRequestException(Reason.ADDRESS_TOO_LONG);
        }
        return address.toString();
    }

    /**
     * Every spelling of a path becomes the same text: decoded, without path parameters,
     * encoded anew.
     */
    private static void appendPath(StringBuilder address, RequestPath path) {
        for (PathContainer.Element element : path.pathWithinApplication().elements()) {
            if (element instanceof PathSegment segment) {
                address.append(UriUtils.encode(segment.valueToMatch(), StandardCharsets.UTF_8));
            }
            else {
                address.append('/');
            }
        }
    }

}
