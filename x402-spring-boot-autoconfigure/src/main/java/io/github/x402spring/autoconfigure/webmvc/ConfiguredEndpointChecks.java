package io.github.x402spring.autoconfigure.webmvc;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import org.springframework.expression.ParseException;

import io.github.x402spring.autoconfigure.ProductionChecks;
import io.github.x402spring.facilitator.Facilitator;
import io.github.x402spring.facilitator.Facilitator.Effect;
import io.github.x402spring.gate.PaidEndpointDefinition;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.scheme.PaymentScheme;
import io.github.x402spring.scheme.exact.evm.EvmAddress;
import io.github.x402spring.security.PaidRequestExpressions;
import io.github.x402spring.webmvc.InvalidPaidEndpointException;
import io.github.x402spring.webmvc.PaidEndpointFactory.EndpointChecks;
import io.github.x402spring.webmvc.PaidEndpointFactory.Terms;

/**
 * Checks paid endpoints against the parts that are configured. No message quotes a value
 * that may be a key.
 */
final class ConfiguredEndpointChecks implements EndpointChecks {

    private static final Pattern NUMBER = Pattern.compile("[0-9]{2,100}");

    /** 2<sup>160</sup> in decimal; a key is longer. */
    private static final int MAX_DIGITS_OF_ADDRESS = 49;

    private final PaidRequestExpressions expressions;

    private final List<PaymentScheme> schemes;

    private final Facilitator facilitator;

    private final LimitChecks limits;

    private final ProductionChecks production;

    private final AnonymousAccessCheck access;

    ConfiguredEndpointChecks(PaidRequestExpressions expressions, List<PaymentScheme> schemes, Facilitator facilitator,
            LimitChecks limits, ProductionChecks production, AnonymousAccessCheck access) {
        this.access = access;
        this.production = production;
        this.limits = limits;
        this.expressions = expressions;
        this.schemes = schemes;
        this.facilitator = facilitator;
    }

    @Override
    public String payTo(String endpoint, @Nullable String payTo) {
        String remedy = "Set x402.pay-to, or x402.endpoints." + endpoint
                + ".pay-to, to the address that receives the payments: 0x and 40 hexadecimal digits, in quotes.";
        if (payTo == null || payTo.isBlank()) {
            throw new InvalidPaidEndpointException("Paid endpoint '" + endpoint + "' has no recipient", remedy);
        }
        boolean number = NUMBER.matcher(payTo).matches();
        if (EvmAddress.looksLikePrivateKey(payTo) || (number && payTo.length() > MAX_DIGITS_OF_ADDRESS)) {
            throw new InvalidPaidEndpointException("The recipient of paid endpoint '" + endpoint
                    + "' looks like a private key. Whoever knows that key owns what it holds: treat it as leaked",
                    remedy + " An address is derived from the key and is shorter.");
        }
        if (number) {
            throw new InvalidPaidEndpointException("The recipient of paid endpoint '" + endpoint
                    + "' is a decimal number. YAML takes an address without quotes for one", remedy);
        }
        try {
            return EvmAddress.parse(payTo).checksummed();
        }
        catch (IllegalArgumentException ex) {
            throw new InvalidPaidEndpointException(
                    "The recipient of paid endpoint '" + endpoint + "' cannot be used: " + ex.getMessage(), remedy);
        }
    }

    @Override
    public void checkAuthorize(String endpoint, @Nullable String authorize) {
        try {
            this.expressions.parse(authorize);
        }
        catch (ParseException | IllegalArgumentException ex) {
            String problem = (ex instanceof ParseException parse) ? parse.getSimpleMessage()
                    : (authorize != null && authorize.isBlank()) ? "it is blank" : ex.getMessage();
            throw new InvalidPaidEndpointException(
                    "The policy of paid endpoint '" + endpoint + "' is not an expression: " + problem,
                    "Correct @PaidEndpoint(authorize = …) or x402.endpoints." + endpoint + ".authorize.");
        }
    }

    @Override
    public void checkAll(Map<PaidEndpointDefinition, List<Terms>> endpoints) {
        this.limits.check(endpoints);
        this.production.check(endpoints.values()
            .stream()
            .flatMap(List::stream)
            .map((terms) -> terms.requirements().network())
            .toList());
    }

    @Override
    public void checkReachable(String endpoint, String method, String path) {
        this.access.check(endpoint, method, path);
    }

    @Override
    public void checkRequirements(String endpoint, PaymentRequirements requirements) {
        if (this.schemes.stream().noneMatch((scheme) -> scheme.supports(requirements))) {
            throw new InvalidPaidEndpointException(
                    "Nothing here can check payments for paid endpoint '" + endpoint + "' in that token on "
                            + requirements.network(),
                    "Set x402.asset or x402.endpoints." + endpoint
                            + ".asset to a token with EIP-3009, such as USDC, or declare a PaymentScheme bean.");
        }
        if (this.facilitator.effect() == Effect.SIMULATED && !requirements.network().isTestNetwork()) {
            throw new InvalidPaidEndpointException(
                    "Paid endpoint '" + endpoint + "' sells for real money on " + requirements.network()
                            + ", and the simulated facilitator would give its answers away",
                    "Set x402.facilitator.url to a facilitator, or x402.network to a test network such as "
                            + "base-sepolia.");
        }
        if (!this.facilitator.mayServe(requirements.network())) {
            throw new InvalidPaidEndpointException(
                    "Paid endpoint '" + endpoint + "' sells on " + requirements.network()
                            + ", where the facilitator cannot settle",
                    "Set x402.evm.networks[" + requirements.network() + "].rpc-urls to the addresses of its nodes.");
        }
    }

}
