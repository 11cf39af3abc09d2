package io.github.x402spring.autoconfigure.webmvc;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.env.Environment;

import io.github.x402spring.autoconfigure.ProductionProfiles;
import io.github.x402spring.autoconfigure.X402Properties;
import io.github.x402spring.autoconfigure.X402Properties.FacilitatorType;
import io.github.x402spring.ledger.InMemoryPaymentLedger;
import io.github.x402spring.ledger.PaymentLedger;
import io.github.x402spring.protocol.Network;
import io.github.x402spring.webmvc.InvalidPaidEndpointException;
import io.github.x402spring.webmvc.PaidEndpointFactory.Terms;

/**
 * Checks of what does for a trial and not for real money: under a profile of production,
 * or on a main network.
 */
final class ProductionChecks {

    private static final Set<String> LOOPBACK_NAMES = Set.of("localhost", "localhost.", "ip6-localhost");

    private static final Pattern LITERAL = Pattern.compile("\\[.+]|[0-9]{1,3}(\\.[0-9]{1,3}){3}");

    private static final Logger logger = LoggerFactory.getLogger(ProductionChecks.class);

    private final Environment environment;

    private final X402Properties.Facilitator facilitator;

    private final PaymentLedger ledger;

    ProductionChecks(Environment environment, X402Properties.Facilitator facilitator, PaymentLedger ledger) {
        this.environment = environment;
        this.facilitator = facilitator;
        this.ledger = ledger;
    }

    void check(Collection<List<Terms>> endpoints) {
        Optional<String> production = ProductionProfiles.active(this.environment)
            .map((profile) -> "under profile '" + profile + "'")
            .or(() -> mainNetwork(endpoints).map((network) -> "on main network " + network));
        if (endpoints.isEmpty() || production.isEmpty()) {
            return;
        }
        if (asksInsecurely() && !this.facilitator.allowInsecure()) {
            throw new InvalidPaidEndpointException(
                    "The facilitator is asked over plain http " + production.get()
                            + ": an attacker between them could decide what counts as paid",
                    "Set x402.facilitator.url to an https address, or x402.facilitator.allow-insecure to true if "
                            + "another layer protects the connection.");
        }
        if (this.ledger instanceof InMemoryPaymentLedger) {
            logger.warn("The payment ledger is in memory {}: a restart forgets which payments were used, and two "
                    + "instances do not know of each other's. Set spring.datasource.url, or x402.ledger.type to jdbc or "
                    + "redis", production.get());
        }
    }

    private static Optional<Network> mainNetwork(Collection<List<Terms>> endpoints) {
        return endpoints.stream()
            .flatMap(List::stream)
            .map((terms) -> terms.requirements().network())
            .filter((network) -> !network.isTestNetwork())
            .findFirst();
    }

    private boolean asksInsecurely() {
        FacilitatorType type = this.facilitator.type();
        String url = this.facilitator.url();
        if (url == null || (type != null && type != FacilitatorType.HTTP)) {
            return false;
        }
        URI address = URI.create(url);
        return "http".equalsIgnoreCase(address.getScheme()) && !isLoopback(address.getHost());
    }

    /** Asks no name server. */
    private static boolean isLoopback(@Nullable String host) {
        if (host == null) {
            return false;
        }
        try {
            return LOOPBACK_NAMES.contains(host.toLowerCase(Locale.ROOT))
                    || (LITERAL.matcher(host).matches() && InetAddress.getByName(host).isLoopbackAddress());
        }
        catch (UnknownHostException ex) {
            return false;
        }
    }

}
