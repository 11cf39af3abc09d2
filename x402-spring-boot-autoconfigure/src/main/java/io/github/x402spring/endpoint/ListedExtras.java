package io.github.x402spring.endpoint;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.github.x402spring.facilitator.Facilitator;
import io.github.x402spring.facilitator.FacilitatorException;
import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.SupportedKind;

/**
 * Reader of the members of terms that the facilitator states in its list of supported
 * kinds. Runs in the background; no request waits for it. Thread-safe.
 *
 * @since 0.1.0
 */
public final class ListedExtras {

    private static final Logger logger = LoggerFactory.getLogger(ListedExtras.class);

    private static final Duration INTERVAL = Duration.ofMinutes(1);

    private final Supplier<Facilitator> facilitator;

    private final InstantSource clock;

    private final Map<Wanted, ListedExtra> extras = new ConcurrentHashMap<>();

    private Instant due = Instant.MIN;

    private List<String> missing = List.of();

    /**
     * Creates a reader.
     * @param facilitator gives the facilitator, when it is first asked
     * @param clock the source of time
     */
    public ListedExtras(Supplier<Facilitator> facilitator, InstantSource clock) {
        this.facilitator = Objects.requireNonNull(facilitator, "'facilitator' must not be null");
        this.clock = Objects.requireNonNull(clock, "'clock' must not be null");
    }

    /**
     * Returns what the facilitator states for a scheme on a network, and looks for it
     * from now on.
     * @param scheme the name of the scheme
     * @param network the network
     * @param names the members that the scheme asks for
     * @return what is stated; {@link ListedExtra#NONE} if nothing is asked for
     */
    ListedExtra of(String scheme, Network network, Set<String> names) {
        ListedExtra extra = new ListedExtra(scheme, network, names);
        if (!extra.asks()) {
            return ListedExtra.NONE;
        }
        return this.extras.computeIfAbsent(new Wanted(scheme, network, Set.copyOf(names)), (wanted) -> extra);
    }

    /**
     * Asks the facilitator if it is time: once a minute, and with each call as long as
     * something is missing. Throws nothing.
     */
    public synchronized void look() {
        Instant now = this.clock.instant();
        boolean complete = this.extras.values().stream().allMatch(ListedExtra::isStated);
        if (complete && (this.extras.isEmpty() || now.isBefore(this.due))) {
            return;
        }
        this.due = now.plus(INTERVAL);
        try {
            List<SupportedKind> kinds = this.facilitator.get().supported();
            this.extras.values().forEach((extra) -> extra.read(kinds, now));
        }
        catch (FacilitatorException ex) {
            logger.debug("The facilitator did not state what it supports: {}", ex.getMessage());
        }
        catch (RuntimeException ex) {
            logger.debug("The facilitator failed to state what it supports", ex);
        }
        report();
    }

    private void report() {
        List<String> before = this.missing;
        List<String> missing = new ArrayList<>();
        this.extras.values().stream().filter((extra) -> !extra.isStated()).map(String::valueOf).forEach(missing::add);
        missing.sort(null);
        this.missing = missing;
        if (!missing.isEmpty() && !missing.equals(before)) {
            logger.warn("The facilitator does not list {} in extra of what it supports: no terms can be stated "
                    + "without it, and requests for what is sold so are refused with 503", missing);
        }
        else if (missing.isEmpty() && !before.isEmpty()) {
            logger.info("The facilitator lists all that terms need");
        }
    }

    private record Wanted(String scheme, Network network, Set<String> names) {
    }

}
