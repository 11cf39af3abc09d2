package io.github.x402spring.autoconfigure.webmvc;

import java.time.Clock;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication.Type;
import org.springframework.context.annotation.Bean;
import org.springframework.util.unit.DataSize;
import org.springframework.web.servlet.DispatcherServlet;
import org.springframework.web.servlet.handler.SimpleUrlHandlerMapping;

import io.github.x402spring.InvalidX402ConfigurationException;
import io.github.x402spring.asset.AssetRegistry;
import io.github.x402spring.autoconfigure.X402FacilitatorAutoConfiguration;
import io.github.x402spring.autoconfigure.X402Properties;
import io.github.x402spring.facilitator.Facilitator;
import io.github.x402spring.facilitator.Facilitator.Kind;
import io.github.x402spring.scheme.PaymentScheme;
import io.github.x402spring.scheme.exact.evm.EvmAddress;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for the {@link Facilitator} as a
 * service for other resource servers.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = X402FacilitatorAutoConfiguration.class)
@ConditionalOnWebApplication(type = Type.SERVLET)
@ConditionalOnClass(DispatcherServlet.class)
@ConditionalOnBooleanProperty("x402.facilitator.server.enabled")
public final class X402FacilitatorServerAutoConfiguration {

    private static final Logger logger = LoggerFactory.getLogger(X402FacilitatorServerAutoConfiguration.class);

    private static final String PREFIX = "x402.facilitator.server.";

    private static final long MAX_REQUEST_BOUND = DataSize.ofMegabytes(1).toBytes();

    /** Before the handlers of the application, of which one may match every path. */
    private static final int ORDER = -10;

    @Bean
    FacilitatorServerSettings x402FacilitatorServerSettings(X402Properties properties) {
        X402Properties.Server server = properties.facilitator().server();
        long size = server.maxRequestSize().toBytes();
        if (size < 1 || size > MAX_REQUEST_BOUND) {
            throw new InvalidX402ConfigurationException(PREFIX + "max-request-size is out of range",
                    "Set " + PREFIX + "max-request-size to a size such as 64KB, 1MB at most.");
        }
        checkPositive("max-concurrent-requests", server.maxConcurrentRequests(), 64);
        checkPositive("requests-per-minute", server.requestsPerMinute(), 600);
        Set<EvmAddress> payTo = payTo(server.payTo());
        try {
            return new FacilitatorServerSettings(server.path(), (int) size, server.maxConcurrentRequests(),
                    server.requestsPerMinute(), payTo);
        }
        catch (IllegalArgumentException ex) {
            throw new InvalidX402ConfigurationException(PREFIX + "path is not a path",
                    "Set " + PREFIX + "path to a path such as /facilitator.");
        }
    }

    @Bean
    FacilitatorServer x402FacilitatorServer(FacilitatorServerSettings settings, Facilitator facilitator,
            ObjectProvider<PaymentScheme> schemes, AssetRegistry assets, ObjectProvider<Clock> clock) {
        if (facilitator.kind() == Kind.NONE) {
            throw new InvalidX402ConfigurationException(
                    PREFIX + "enabled publishes a facilitator, and x402.facilitator.type is none",
                    "Set x402.facilitator.type to local, simulated or http, or " + PREFIX + "enabled to false.");
        }
        logger.info("The facilitator is served at {}/verify, /settle and /supported. Recipients: {}", settings.path(),
                settings.payTo().isEmpty() ? "any; " + PREFIX + "pay-to would limit that" : settings.payTo());
        return new FacilitatorServer(settings, facilitator, schemes.orderedStream().toList(), assets,
                clock.getIfAvailable(Clock::systemUTC));
    }

    @Bean
    SimpleUrlHandlerMapping x402FacilitatorServerMapping(FacilitatorServer server) {
        return new SimpleUrlHandlerMapping(server.handlers(), ORDER);
    }

    private static void checkPositive(String property, int value, int example) {
        if (value < 1) {
            throw new InvalidX402ConfigurationException(PREFIX + property + " admits no request at all",
                    "Set " + PREFIX + property + " to a positive number such as " + example + ".");
        }
    }

    /** Quotes no entry: it may be a key. */
    private static Set<EvmAddress> payTo(List<String> texts) {
        String remedy = "Correct " + PREFIX + "pay-to: each entry is 0x and 40 hexadecimal digits, in quotes.";
        Set<EvmAddress> addresses = new LinkedHashSet<>();
        for (String text : texts) {
            if (EvmAddress.looksLikePrivateKey(text)) {
                throw new InvalidX402ConfigurationException("An entry of " + PREFIX
                        + "pay-to looks like a private key. " + "That key moves what it holds: treat it as leaked",
                        remedy);
            }
            try {
                addresses.add(EvmAddress.parse(text));
            }
            catch (IllegalArgumentException ex) {
                throw new InvalidX402ConfigurationException(
                        "An entry of " + PREFIX + "pay-to is not an address: " + ex.getMessage(), remedy);
            }
        }
        return addresses;
    }

}
