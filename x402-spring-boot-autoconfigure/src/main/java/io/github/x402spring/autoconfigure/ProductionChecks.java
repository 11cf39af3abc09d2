package io.github.x402spring.autoconfigure;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.env.Environment;

import io.github.x402spring.InvalidX402ConfigurationException;
import io.github.x402spring.autoconfigure.X402Properties.FacilitatorType;
import io.github.x402spring.facilitator.Facilitator;
import io.github.x402spring.ledger.PaymentLedger;
import io.github.x402spring.protocol.Network;

/**
 * Checks of what does for a trial and not for real money: under a profile of production,
 * or on a main network.
 *
 * @since 0.1.0
 */
public final class ProductionChecks {

    private static final Set<String> PROFILES = Set.of("prod", "production", "live");

    private static final Set<String> LOOPBACK_NAMES = Set.of("localhost", "localhost.", "ip6-localhost");

    private static final Pattern LITERAL = Pattern.compile("\\[.+]|[0-9]{1,3}(\\.[0-9]{1,3}){3}");

    private static final Logger logger = LoggerFactory.getLogger(ProductionChecks.class);

    private final Environment environment;

    private final X402Properties.Facilitator settings;

    private final Facilitator facilitator;

    private final PaymentLedger ledger;

    private final AtomicBoolean warned = new AtomicBoolean();

    private final AtomicBoolean simulated = new AtomicBoolean();

    /**
     * Creates checks.
     * @param environment the environment of the application
     * @param settings the settings of the facilitator
     * @param facilitator settles the payments
     * @param ledger the ledger of the payments
     */
    public ProductionChecks(Environment environment, X402Properties.Facilitator settings, Facilitator facilitator,
            PaymentLedger ledger) {
        this.environment = environment;
        this.settings = settings;
        this.facilitator = facilitator;
        this.ledger = ledger;
    }

    /**
     * Returns the active profile that stands for production.
     * @param environment the environment of the application
     * @return the name of the profile; empty if none is active
     */
    public static Optional<String> activeProfile(Environment environment) {
        return Stream.of(environment.getActiveProfiles())
            .filter((profile) -> PROFILES.contains(profile.toLowerCase(Locale.ROOT)))
            .findFirst();
    }

    /**
     * Checks an application that takes payments on a network.
     * @param network the network
     * @throws InvalidX402ConfigurationException if real money would depend on plain http,
     * or nothing moves it
     */
    public void check(Network network) {
        checkSimulation();
        production().or(() -> mainNetwork(network)).ifPresent(this::check);
    }

    /**
     * Checks an application of which some terms are unknown before it runs.
     * @throws InvalidX402ConfigurationException if real money would depend on plain http,
     * or nothing moves it
     */
    public void checkProfile() {
        checkSimulation();
        production().ifPresent(this::check);
    }

    private void checkSimulation() {
        if (!this.facilitator.simulated()) {
            return;
        }
        activeProfile(this.environment).ifPresent((profile) -> {
            throw new InvalidX402ConfigurationException(
                    "The simulated facilitator moves no money and does not run under profile '" + profile + "'",
                    "Set x402.facilitator.url to a facilitator, or x402.facilitator.type to none to show terms "
                            + "without taking payments.");
        });
        if (!this.simulated.getAndSet(true)) {
            logger.warn("x402.facilitator.type is 'simulated': payments are checked for real, but NO MONEY MOVES. "
                    + "Set x402.facilitator.url to a facilitator before you rely on being paid");
        }
    }

    private void check(String production) {
        if (asksInsecurely() && !this.settings.allowInsecure()) {
            throw new InvalidX402ConfigurationException(
                    "The facilitator is asked over plain http " + production
                            + ": an attacker between them could decide what counts as paid",
                    "Set x402.facilitator.url to an https address, or x402.facilitator.allow-insecure to true if "
                            + "another layer protects the connection.");
        }
        if (!this.ledger.shared() && !this.warned.getAndSet(true)) {
            logger.warn("The payment ledger is in memory {}: a restart forgets which payments were used, and two "
                    + "instances do not know of each other's. Set spring.datasource.url, or x402.ledger.type to jdbc or "
                    + "redis", production);
        }
    }

    private Optional<String> production() {
        return activeProfile(this.environment).map((profile) -> "under profile '" + profile + "'");
    }

    private static Optional<String> mainNetwork(Network network) {
        return network.isTestNetwork() ? Optional.empty() : Optional.of("on main network " + network);
    }

    private boolean asksInsecurely() {
        FacilitatorType type = this.settings.type();
        String url = this.settings.url();
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
