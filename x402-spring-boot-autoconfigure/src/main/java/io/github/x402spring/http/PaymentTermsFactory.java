package io.github.x402spring.http;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.github.x402spring.InvalidX402ConfigurationException;
import io.github.x402spring.decision.Reason;
import io.github.x402spring.endpoint.PriceResolver;
import io.github.x402spring.endpoint.PriceResolver.PriceRequest;
import io.github.x402spring.endpoint.RegisteredEndpoint;
import io.github.x402spring.exchange.ChallengeExtensions;
import io.github.x402spring.exchange.PaidEndpointDefinition;
import io.github.x402spring.exchange.UnreadableRequestException;
import io.github.x402spring.gate.Offer;
import io.github.x402spring.http.TermsBudget.Fitted;
import io.github.x402spring.protocol.PaymentRequired;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.ResourceInfo;

/**
 * Factory of the terms of a request, in the headers of all dialects.
 *
 * @since 0.1.0
 */
public final class PaymentTermsFactory {

    private static final Logger logger = LoggerFactory.getLogger(PaymentTermsFactory.class);

    private final TermsBudget budget;

    private final @Nullable PriceResolver resolver;

    private final List<ChallengeExtensions> extensions;

    /**
     * Creates a factory.
     * @param dialects state terms in headers
     * @param resolver the application's own prices, or {@code null} if it has none
     * @param extensions declare extensions of the protocol
     * @param maxLength the longest terms in headers, in characters
     */
    public PaymentTermsFactory(PaymentDialects dialects, @Nullable PriceResolver resolver,
            List<ChallengeExtensions> extensions, int maxLength) {
        this.extensions = List.copyOf(extensions);
        this.budget = new TermsBudget(dialects, maxLength);
        this.resolver = resolver;
    }

    /**
     * Checks the part of an endpoint's terms that does not depend on the request.
     * @param endpoint the endpoint
     * @param address an address that leads to it
     * @throws InvalidX402ConfigurationException if they are too long for a header
     */
    public void check(RegisteredEndpoint endpoint, String address) {
        PaidEndpointDefinition definition = endpoint.definition();
        Fitted fitted = fit(definition, address, endpoint.longestTerms(address));
        if (fitted == null) {
            throw new InvalidX402ConfigurationException(
                    "The terms of paid endpoint '" + definition.name() + "' are too long for a header of "
                            + this.budget.maxLength() + " bytes",
                    "Remove ways to pay from x402.endpoints." + definition.name() + ".accepts, or raise "
                            + "x402.web.max-terms-header and the limit of the server.");
        }
        if (!fitted.omitted().isEmpty()) {
            logger.warn("Terms of endpoint '{}' are longer than x402.web.max-terms-header; left out: {}",
                    definition.name(), String.join(", ", fitted.omitted()));
        }
    }

    /**
     * Tells whether all requests for one address of an endpoint cost the same.
     * @param endpoint the endpoint
     * @return whether they do
     */
    public boolean recurring(RegisteredEndpoint endpoint) {
        if (this.resolver != null || !endpoint.fixedPrices()) {
            return false;
        }
        for (ChallengeExtensions extension : this.extensions) {
            if (extension.varies(endpoint.definition())) {
                return false;
            }
        }
        return true;
    }

    /**
     * Builds the terms of a request.
     * @param endpoint the endpoint that it leads to
     * @param request what the price may depend on, and the address
     * @param recurring whether other requests cost the same
     * @return the terms
     * @throws UnreadableRequestException if the request has no price, or an address that
     * is too long for a header
     */
    public PaymentTerms terms(RegisteredEndpoint endpoint, PriceRequest request, boolean recurring) {
        PaidEndpointDefinition definition = endpoint.definition();
        Fitted fitted = fit(definition, request.exchange().resource(), endpoint.terms(request, this.resolver));
        if (fitted == null) {
            throw new UnreadableRequestException(Reason.ADDRESS_TOO_LONG);
        }
        List<PaymentRequirements> accepts = fitted.required().accepts();
        List<Offer> offers = new ArrayList<>(accepts.size());
        accepts.forEach((requirements) -> offers.add(Offer.of(requirements)));
        endpoint.earlierTerms(accepts).forEach((requirements) -> offers.add(Offer.of(requirements)));
        return new PaymentTerms(definition.name(), endpoint.handler(), fitted.required(), offers, fitted.challenge(),
                recurring);
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

}
