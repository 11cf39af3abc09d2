package io.github.x402spring.webmvc;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;
import org.springframework.http.server.PathContainer;
import org.springframework.http.server.PathContainer.PathSegment;
import org.springframework.http.server.RequestPath;
import org.springframework.util.MultiValueMap;
import org.springframework.web.servlet.HandlerMapping;
import org.springframework.web.util.ServletRequestPathUtils;
import org.springframework.web.util.UriComponentsBuilder;
import org.springframework.web.util.UriUtils;

import io.github.x402spring.asset.Price;
import io.github.x402spring.codec.PaymentHeaderCodec;
import io.github.x402spring.decision.Reason;
import io.github.x402spring.gate.ChallengeExtensions;
import io.github.x402spring.gate.Offer;
import io.github.x402spring.gate.PaidEndpointDefinition;
import io.github.x402spring.gate.PriceResolver;
import io.github.x402spring.gate.PriceResolver.PriceRequest;
import io.github.x402spring.gate.UnreadableRequestException;
import io.github.x402spring.protocol.PaymentRequired;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.ResourceInfo;

/**
 * States what a request costs. Terms that do not depend on the request are put together
 * and encoded once.
 *
 * @since 0.1.0
 */
public final class PaymentTermsFactory {

    /** The terms travel in a header, and containers take 8 KiB of headers by default. */
    private static final int MAX_ADDRESS_LENGTH = 1024;

    private final PaymentHeaderCodec codec;

    private final PaidEndpointSettings settings;

    private final @Nullable PriceResolver resolver;

    private final List<ChallengeExtensions> extensions;

    /**
     * Creates a factory.
     * @param codec encodes terms
     * @param settings says under which origin this server is known
     * @param resolver the application's own prices, or {@code null} if it has none
     * @param extensions declare extensions of the protocol
     */
    public PaymentTermsFactory(PaymentHeaderCodec codec, PaidEndpointSettings settings,
            @Nullable PriceResolver resolver, List<ChallengeExtensions> extensions) {
        this.extensions = List.copyOf(extensions);
        this.codec = codec;
        this.settings = settings;
        this.resolver = resolver;
    }

    PaymentTerms terms(RegisteredEndpoint endpoint, HttpServletRequest request) throws UnreadableRequestException {
        String pattern = (String) request.getAttribute(HandlerMapping.BEST_MATCHING_PATTERN_ATTRIBUTE);
        boolean fixedAddress = pattern != null && isLiteral(pattern);
        if (!fixedAddress || this.resolver != null || !endpoint.fixedPrices() || varies(endpoint.definition())) {
            return build(endpoint, address(request, fixedAddress ? pattern : null), request, false);
        }
        String key = (this.settings.resourceOrigin() != null) ? pattern : request.getLocalPort() + pattern;
        PaymentTerms terms = endpoint.fixedTerms().get(key);
        if (terms == null) {
            terms = build(endpoint, address(request, pattern), request, true);
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
            boolean recurring) {
        PaidEndpointDefinition definition = endpoint.definition();
        List<PaymentRequirements> accepts = new ArrayList<>(endpoint.offers().size());
        List<Offer> offers = new ArrayList<>(endpoint.offers().size());
        Price resolved = resolve(definition, request);
        for (OfferSource source : endpoint.offers()) {
            Price price = (resolved != null) ? resolved : price(source, request);
            PaymentRequirements requirements = source.requirements(price, address);
            accepts.add(requirements);
            offers.add(Offer.of(requirements));
        }
        PaymentRequired required = new PaymentRequired("Payment required",
                new ResourceInfo(address, definition.description(), definition.mimeType()), accepts,
                declare(definition, address, accepts));
        return new PaymentTerms(definition.name(), required, offers, this.codec.encode(required.toMap()), recurring);
    }

    private Map<String, Object> declare(PaidEndpointDefinition definition, String address,
            List<PaymentRequirements> accepts) {
        Map<String, Object> declared = new LinkedHashMap<>();
        for (ChallengeExtensions extension : this.extensions) {
            declared.putAll(extension.declare(definition, address, accepts));
        }
        return declared;
    }

    private @Nullable Price resolve(PaidEndpointDefinition definition, HttpServletRequest request) {
        return (this.resolver != null) ? this.resolver
            .resolve(new PriceRequest(definition.name(), pathVariables(request), queryParameters(request))) : null;
    }

    private static Price price(OfferSource source, HttpServletRequest request) {
        Price price = source.price();
        if (price != null) {
            return price;
        }
        PriceExpression expression = source.expression();
        if (expression == null) {
            throw new IllegalStateException("The price resolver gave no price and none is configured");
        }
        return expression.evaluate(pathVariables(request), queryParameters(request));
    }

    @SuppressWarnings("unchecked")
    private static Map<String, String> pathVariables(HttpServletRequest request) {
        Object variables = request.getAttribute(HandlerMapping.URI_TEMPLATE_VARIABLES_ATTRIBUTE);
        return (variables instanceof Map) ? (Map<String, String>) variables : Map.of();
    }

    /** Only the query: asking a container for parameters may make it read the body. */
    private static Map<String, List<String>> queryParameters(HttpServletRequest request) {
        String query = request.getQueryString();
        if (query == null) {
            return Map.of();
        }
        MultiValueMap<String, @Nullable String> encoded = UriComponentsBuilder.newInstance()
            .query(query)
            .build()
            .getQueryParams();
        Map<String, List<String>> parameters = new LinkedHashMap<>();
        encoded.forEach((name, values) -> {
            List<String> decoded = new ArrayList<>();
            for (String value : values) {
                decoded.add((value != null) ? decode(value) : "");
            }
            parameters.put(decode(name), decoded);
        });
        return parameters;
    }

    private static String decode(String text) {
        return UriUtils.decode(text.replace('+', ' '), StandardCharsets.UTF_8);
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
