package io.github.x402spring.autoconfigure.webmvc;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import org.springframework.expression.ParseException;

import io.github.x402spring.InvalidX402ConfigurationException;
import io.github.x402spring.autoconfigure.ProductionChecks;
import io.github.x402spring.endpoint.EndpointRegistry.EndpointChecks;
import io.github.x402spring.endpoint.EndpointRegistry.Terms;
import io.github.x402spring.exchange.PaidEndpointDefinition;
import io.github.x402spring.facilitator.Facilitator;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.scheme.PaymentScheme;
import io.github.x402spring.scheme.exact.evm.EvmAddress;
import io.github.x402spring.security.PaidRequestExpressions;

/**
 * Checks of paid endpoints against what is configured. No message quotes a value that may
 * be a key.
 */
final class ConfiguredEndpointChecks implements EndpointChecks {

    /** What a ledger has room for. */
    private static final Pattern RECIPIENT = Pattern.compile("[!-~]{1,128}");

    private static final Pattern SCHEME = Pattern.compile("[!-~]{1,64}");

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
    public String payTo(String endpoint, @Nullable String payTo, PaymentRequirements terms) {
        String remedy = "Set x402.pay-to, or x402.endpoints." + endpoint
                + ".pay-to, to the address that receives the payments"
                + (terms.network().isEvm() ? ": 0x and 40 hexadecimal digits, in quotes." : ", in quotes.");
        if (payTo == null || payTo.isBlank()) {
            throw new InvalidX402ConfigurationException("Paid endpoint '" + endpoint + "' has no recipient", remedy);
        }
        PaymentScheme scheme = scheme(endpoint, terms);
        String problem;
        try {
            String recipient = scheme.recipient(payTo, terms.network());
            boolean key = terms.network().isEvm()
                    && (EvmAddress.looksLikePrivateKey(payTo) || EvmAddress.looksLikePrivateKey(recipient));
            boolean fits = RECIPIENT.matcher(recipient).matches();
            if (fits && !key) {
                return recipient;
            }
            problem = fits ? "It looks like a private key: treat it as leaked"
                    : "Its scheme gives it another form than one to 128 visible characters of ASCII";
        }
        catch (IllegalArgumentException ex) {
            problem = without(payTo, String.valueOf(ex.getMessage()));
        }
        catch (RuntimeException ex) {
            // Its message may quote what may be a key.
            problem = "Its scheme failed with " + ex.getClass().getName();
        }
        throw new InvalidX402ConfigurationException(
                "The recipient of paid endpoint '" + endpoint + "' cannot be used: " + problem, remedy);
    }

    /** A scheme of the application's own may quote what may be a key. */
    private static String without(String secret, String message) {
        Pattern quoted = Pattern.compile(Pattern.quote(secret.strip()), Pattern.CASE_INSENSITIVE);
        return quoted.matcher(message).replaceAll("…");
    }

    @Override
    public Set<String> facilitatorExtra(String endpoint, PaymentRequirements terms) {
        return scheme(endpoint, terms).facilitatorExtra();
    }

    private PaymentScheme scheme(String endpoint, PaymentRequirements terms) {
        Set<String> names = new TreeSet<>();
        this.schemes.forEach((scheme) -> names.add(scheme.name()));
        names.removeIf((name) -> !SCHEME.matcher(name).matches());
        if (!names.contains(terms.scheme())) {
            throw new InvalidX402ConfigurationException(
                    "Paid endpoint '" + endpoint + "' names a scheme that no PaymentScheme bean has",
                    "Set x402.endpoints." + endpoint + ".scheme, that of an entry of x402.endpoints." + endpoint
                            + ".accepts, or @PaidEndpoint(scheme = …) to one that there is: " + String.join(", ", names)
                            + ". Or declare a PaymentScheme bean.");
        }
        PaymentScheme scheme = PaymentScheme.find(this.schemes, terms);
        if (scheme == null) {
            throw new InvalidX402ConfigurationException(
                    "Nothing here can check payments for paid endpoint '" + endpoint + "' in that token on "
                            + terms.network(),
                    "Set x402.asset or x402.endpoints." + endpoint
                            + ".asset to a token with EIP-3009, such as USDC, or declare a PaymentScheme bean and name "
                            + "it in x402.endpoints." + endpoint + ".scheme.");
        }
        return scheme;
    }

    @Override
    public void checkAuthorize(String endpoint, @Nullable String authorize) {
        try {
            this.expressions.parse(authorize);
        }
        catch (ParseException | IllegalArgumentException ex) {
            String problem = (ex instanceof ParseException parse) ? parse.getSimpleMessage()
                    : (authorize != null && authorize.isBlank()) ? "it is blank" : ex.getMessage();
            throw new InvalidX402ConfigurationException(
                    "The policy of paid endpoint '" + endpoint + "' is not an expression: " + problem,
                    "Correct @PaidEndpoint(authorize = …) or x402.endpoints." + endpoint + ".authorize.");
        }
    }

    @Override
    public void checkAll(Map<PaidEndpointDefinition, List<Terms>> endpoints, boolean known) {
        this.limits.check(endpoints, known);
        if (!known) {
            this.production.checkProfile();
        }
    }

    @Override
    public void checkReachable(String endpoint, String method, String path) {
        this.access.check(endpoint, method, path);
    }

    @Override
    public void checkRequirements(String endpoint, PaymentRequirements requirements) {
        scheme(endpoint, requirements);
        if (this.facilitator.simulated() && !requirements.network().isTestNetwork()) {
            throw new InvalidX402ConfigurationException(
                    "Paid endpoint '" + endpoint + "' sells for real money on " + requirements.network()
                            + ", and the simulated facilitator would give its responses away",
                    "Set x402.facilitator.url to a facilitator, or x402.network to a test network such as "
                            + "base-sepolia.");
        }
        if (!this.facilitator.mayServe(requirements.network())) {
            throw new InvalidX402ConfigurationException(
                    "Paid endpoint '" + endpoint + "' sells on " + requirements.network()
                            + ", where the facilitator cannot settle",
                    "Set x402.evm.networks[" + requirements.network() + "].rpc-urls to the addresses of its nodes.");
        }
        this.production.check(requirements.network());
    }

}
