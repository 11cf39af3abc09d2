package io.github.x402spring.endpoint;

import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.SupportedKind;
import io.github.x402spring.scheme.PaymentScheme;

/**
 * Members of {@code extra} that a scheme needs and the facilitator states, on one
 * network. Thread-safe.
 * <ul>
 * <li>Only members that the scheme asks for are taken, and none that is the seller's to
 * state.</li>
 * <li>Each value is a short text, a whole number or a boolean. A kind of which one is
 * missing or anything else counts as not listed.</li>
 * <li>What was listed stays until something else is: absence is no evidence. The values
 * before are accepted for an hour, so that payers who were challenged with them, here or
 * by another instance, can pay.</li>
 * </ul>
 */
final class ListedExtra {

    /** Nothing is asked for. */
    static final ListedExtra NONE = new ListedExtra("", Network.parse("base-sepolia"), Set.of());

    private static final int MAX_LENGTH = 128;

    private static final int MAX_BITS = 256;

    private static final int MAX_STATED = 4;

    private static final Duration GRACE = Duration.ofHours(1);

    /** None of these is escaped in JSON, which would make it longer. */
    private static final Pattern TEXT = Pattern.compile("[A-Za-z0-9 ._:/?=@+~,#%-]{1," + MAX_LENGTH + "}");

    private final String scheme;

    private final Network network;

    private final Set<String> names;

    /** The present values first. */
    private volatile List<Stated> stated = List.of();

    ListedExtra(String scheme, Network network, Set<String> names) {
        this.scheme = scheme;
        this.network = network;
        TreeSet<String> theirs = new TreeSet<>(names);
        theirs.removeAll(PaymentScheme.SELLER_EXTRA);
        this.names = Collections.unmodifiableSet(theirs);
    }

    /**
     * Tells whether the facilitator has anything to state.
     * @return whether it has; terms never change otherwise
     */
    boolean asks() {
        return !this.names.isEmpty();
    }

    /**
     * Adds what the facilitator states to terms. Members that the terms have stay as they
     * are.
     * @param terms the terms
     * @return the terms with all that was asked for; {@code null} as long as the
     * facilitator has not stated it
     */
    @Nullable PaymentRequirements complete(PaymentRequirements terms) {
        if (!asks()) {
            return terms;
        }
        List<Stated> present = this.stated;
        return present.isEmpty() ? null : with(terms, present.get(0).values());
    }

    /**
     * Returns the terms as they were before the facilitator stated something else.
     * @param terms terms with all that was asked for
     * @return the same terms with what was stated within the last hour and is not any
     * more
     */
    List<PaymentRequirements> earlier(PaymentRequirements terms) {
        List<Stated> present = this.stated;
        if (present.size() < 2) {
            return List.of();
        }
        Map<String, Object> extra = new LinkedHashMap<>(terms.extra());
        extra.keySet().removeAll(this.names);
        PaymentRequirements bare = with(terms, extra, Map.of());
        List<PaymentRequirements> earlier = new ArrayList<>();
        present.subList(1, present.size()).forEach((stated) -> earlier.add(with(bare, stated.values())));
        return earlier;
    }

    /**
     * Adds members as long as they can be to terms, to find out whether these fit a
     * header whatever the facilitator states.
     * @param terms the terms
     * @return longer terms, which are not to be shown
     */
    PaymentRequirements longest(PaymentRequirements terms) {
        Map<String, Object> longest = new LinkedHashMap<>();
        this.names.forEach((name) -> longest.put(name, "x".repeat(MAX_LENGTH)));
        return with(terms, longest);
    }

    private static PaymentRequirements with(PaymentRequirements terms, Map<String, Object> values) {
        return with(terms, terms.extra(), values);
    }

    private static PaymentRequirements with(PaymentRequirements terms, Map<String, Object> extra,
            Map<String, Object> values) {
        Map<String, Object> all = new LinkedHashMap<>(extra);
        values.forEach(all::putIfAbsent);
        return new PaymentRequirements(terms.scheme(), terms.network(), terms.amount(), terms.asset(), terms.payTo(),
                terms.maxTimeoutSeconds(), all);
    }

    /** Reads the facilitator's list. Called by one thread at a time. */
    void read(List<SupportedKind> kinds, Instant now) {
        Map<String, Object> values = values(kinds);
        if (values == null) {
            return;
        }
        List<Stated> present = new ArrayList<>();
        present.add(new Stated(values, now));
        for (Stated before : this.stated) {
            if (!before.values().equals(values) && before.seen().plus(GRACE).isAfter(now)
                    && present.size() < MAX_STATED) {
                present.add(before);
            }
        }
        this.stated = List.copyOf(present);
    }

    /** A kind that names the network wins over one that covers it by a pattern. */
    private @Nullable Map<String, Object> values(List<SupportedKind> kinds) {
        Map<String, Object> covering = null;
        for (SupportedKind kind : kinds) {
            Map<String, Object> values = kind.covers(this.scheme, this.network) ? values(kind.extra()) : null;
            if (values != null && kind.network().equals(this.network.toString())) {
                return values;
            }
            covering = (covering != null) ? covering : values;
        }
        return covering;
    }

    private @Nullable Map<String, Object> values(Map<String, ?> extra) {
        Map<String, Object> values = new LinkedHashMap<>();
        for (String name : this.names) {
            Object value = extra.get(name);
            if (value == null || !isSane(value)) {
                return null;
            }
            values.put(name, value);
        }
        return values;
    }

    private static boolean isSane(Object value) {
        return switch (value) {
            case String text -> TEXT.matcher(text).matches();
            case BigInteger number -> number.bitLength() <= MAX_BITS;
            default -> value instanceof Boolean || value instanceof Integer || value instanceof Long;
        };
    }

    boolean isStated() {
        return !this.stated.isEmpty();
    }

    /**
     * Returns what is asked for, for log messages.
     */
    @Override
    public String toString() {
        return this.names + " for " + this.scheme + " on " + this.network;
    }

    /**
     * Values that were listed.
     *
     * @param values the values by name
     * @param seen when they were last listed
     */
    private record Stated(Map<String, Object> values, Instant seen) {
    }

}
