package io.github.x402spring.endpoint;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.github.x402spring.facilitator.Facilitator;
import io.github.x402spring.facilitator.FacilitatorException;
import io.github.x402spring.facilitator.FacilitatorException.Failure;
import io.github.x402spring.facilitator.OperatorConcerns;
import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.SupportedKind;

/**
 * Comparison of what endpoints offer with what the facilitator lists as supported. Each
 * payment for an offer that is missing there would be refused. Thread-safe.
 * <p>
 * A facilitator that has no list, or that sends no usable reply, is not reported.
 *
 * @since 0.1.0
 */
public final class OfferSupport implements OperatorConcerns {

    private static final Logger logger = LoggerFactory.getLogger(OfferSupport.class);

    private static final Duration INTERVAL = Duration.ofHours(1);

    private static final Duration RETRY = Duration.ofMinutes(1);

    private final Facilitator facilitator;

    private final PaidEndpointCatalog catalog;

    private final InstantSource clock;

    private Instant due = Instant.MIN;

    private boolean listed = true;

    private volatile @Nullable List<String> missing;

    /**
     * Creates a comparison.
     * @param facilitator lists what it supports
     * @param catalog lists what is offered
     * @param clock the source of time
     */
    public OfferSupport(Facilitator facilitator, PaidEndpointCatalog catalog, InstantSource clock) {
        this.facilitator = Objects.requireNonNull(facilitator, "'facilitator' must not be null");
        this.catalog = Objects.requireNonNull(catalog, "'catalog' must not be null");
        this.clock = Objects.requireNonNull(clock, "'clock' must not be null");
    }

    /**
     * Asks the facilitator if it is time: once an hour, and each minute while it sends no
     * usable reply.
     */
    public synchronized void look() {
        Instant now = this.clock.instant();
        if (now.isBefore(this.due) || this.catalog.endpoints().isEmpty()) {
            return;
        }
        this.due = now.plus(RETRY);
        try {
            compare(this.facilitator.supported());
            this.listed = true;
        }
        catch (FacilitatorException ex) {
            if (ex.failure() != Failure.NOT_FOUND) {
                logger.debug("The facilitator did not state what it supports: {}", ex.getMessage());
                return;
            }
            if (this.listed) {
                logger.info("The facilitator does not list what it supports");
            }
            this.listed = false;
            this.missing = null;
        }
        this.due = now.plus(INTERVAL);
    }

    private void compare(List<SupportedKind> kinds) {
        TreeSet<String> unsupported = new TreeSet<>();
        for (PaidEndpointListing listing : this.catalog.endpoints()) {
            for (PaidEndpointListing.Terms terms : listing.terms()) {
                Network network = Network.parse(terms.network());
                if (kinds.stream().noneMatch((kind) -> kind.covers(terms.scheme(), network))) {
                    unsupported.add(terms.scheme() + " on " + network);
                }
            }
        }
        List<String> before = (this.missing != null) ? this.missing : List.of();
        this.missing = List.copyOf(unsupported);
        if (!unsupported.isEmpty() && !before.equals(this.missing)) {
            logger.warn("The facilitator does not list {} as supported: it refuses each payment for that. Set "
                    + "x402.network, or x402.facilitator.url to a facilitator that supports it", this.missing);
        }
        else if (unsupported.isEmpty() && !before.isEmpty()) {
            logger.info("The facilitator lists all that is offered as supported");
        }
    }

    /**
     * Returns the offers that the facilitator does not list.
     * @return scheme and network of each; {@code null} if it is not known what the
     * facilitator supports
     */
    public @Nullable List<String> missing() {
        return this.missing;
    }

    @Override
    public Map<String, Long> concerns() {
        List<String> present = this.missing;
        return Map.of("unsupportedOffers", (present != null) ? (long) present.size() : 0L);
    }

}
