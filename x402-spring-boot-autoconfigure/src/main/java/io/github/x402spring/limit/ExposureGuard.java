package io.github.x402spring.limit;

import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.github.x402spring.asset.AssetRegistry;
import io.github.x402spring.decision.Denial;
import io.github.x402spring.decision.Reason;
import io.github.x402spring.exchange.PaidEndpointDefinition;
import io.github.x402spring.exchange.PaidExchange;
import io.github.x402spring.ledger.Conclusion;
import io.github.x402spring.ledger.Exposure;
import io.github.x402spring.ledger.ExposureLedger;
import io.github.x402spring.ledger.ExposureLimit;
import io.github.x402spring.ledger.ExposureResult;
import io.github.x402spring.ledger.FieldDigest;
import io.github.x402spring.ledger.LedgerException;
import io.github.x402spring.ledger.PaymentClaim;
import io.github.x402spring.ledger.PaymentKey;
import io.github.x402spring.ledger.TaskKey;
import io.github.x402spring.ledger.TaskRegistry;
import io.github.x402spring.ledger.UnknownPayment;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.reconcile.UnknownPaymentListener;

/**
 * Guard that keeps payments within limits, and out of tasks that were ended. Calls no
 * ledger if no limit covers a payment and it names no task. Thread-safe.
 *
 * @since 0.1.0
 */
public final class ExposureGuard implements UnknownPaymentListener {

    private static final Logger logger = LoggerFactory.getLogger(ExposureGuard.class);

    private static final long MAX_RETRY_SECONDS = Duration.ofDays(1).toSeconds();

    private static final ExposureGuard NONE = new ExposureGuard();

    private final OutageLog outages = new OutageLog(logger);

    private final List<ExposureRule> rules;

    private final @Nullable ExposureLedger ledger;

    private final @Nullable TaskRegistry tasks;

    private final @Nullable AssetRegistry assets;

    /**
     * Creates a guard.
     * @param rules the limits; all that cover a payment hold
     * @param ledger remembers what was spent
     * @param tasks remembers which tasks were ended
     * @param assets knows what tokens are worth
     */
    public ExposureGuard(List<ExposureRule> rules, ExposureLedger ledger, TaskRegistry tasks, AssetRegistry assets) {
        this.rules = List.copyOf(rules);
        this.ledger = Objects.requireNonNull(ledger, "'ledger' must not be null");
        this.tasks = Objects.requireNonNull(tasks, "'tasks' must not be null");
        this.assets = Objects.requireNonNull(assets, "'assets' must not be null");
    }

    private ExposureGuard() {
        this.rules = List.of();
        this.ledger = null;
        this.tasks = null;
        this.assets = null;
    }

    /**
     * Returns a guard that knows no limits and no tasks.
     * @return the guard
     */
    public static ExposureGuard none() {
        return NONE;
    }

    /**
     * Returns the limits.
     * @return the limits, which cannot be changed
     */
    public List<ExposureRule> rules() {
        return this.rules;
    }

    /**
     * Takes from the limits that cover a payment.
     * @param endpoint the endpoint
     * @param exchange the request, which may name a task
     * @param claim the payment
     * @param resumed whether it was counted before
     * @return its share, to be given to {@link #commit} before the payment is settled, or
     * the refusal
     */
    public Share reserve(PaidEndpointDefinition endpoint, PaidExchange exchange, PaymentClaim claim, boolean resumed) {
        try {
            TaskKey task = task(exchange, claim);
            if (ended(task)) {
                return Share.none(Reason.TASK_ENDED);
            }
            if (this.ledger == null || resumed) {
                return new Share.Taken(task, null);
            }
            List<Exposure> exposures = new ArrayList<>();
            for (ExposureRule rule : this.rules) {
                if (rule.covers(endpoint) && !expose(rule, endpoint, claim, task, exposures)) {
                    return Share.none(Reason.FORBIDDEN);
                }
            }
            return exposures.isEmpty() ? new Share.Taken(task, null) : reserve(this.ledger, claim, task, exposures);
        }
        catch (RuntimeException ex) {
            this.outages.warn("Limits could not be looked at; a payment is refused", ex);
            return Share.none(Reason.TEMPORARILY_UNAVAILABLE);
        }
    }

    private static Share reserve(ExposureLedger ledger, PaymentClaim claim, @Nullable TaskKey task,
            List<Exposure> exposures) {
        return switch (ledger.reserve(exposures)) {
            case ExposureResult.Reserved reservation -> new Share.Taken(task, reservation);
            case ExposureResult.Exceeded(String limit, Duration wait) -> {
                logger.debug("A payment for endpoint '{}' reached limit '{}'", claim.endpoint(), limit);
                // The next whole second; to wait too briefly would be in vain.
                long seconds = Math.clamp(wait.toSeconds() + 1, 1, MAX_RETRY_SECONDS);
                yield new Share.None(new Denial(Reason.LIMIT_REACHED, Map.of(), (int) seconds));
            }
        };
    }

    /**
     * Makes what a payment took from limits count, since it is about to be sent to be
     * settled.
     * @param share the share of the payment
     * @param endpoint the name of the endpoint that it pays for
     * @return why it must not be sent, or {@code null} if it may
     */
    public @Nullable Reason commit(Share.Taken share, String endpoint) {
        try {
            if (ended(share.task)) {
                return Reason.TASK_ENDED;
            }
            ExposureResult.Reserved reservation = share.reservation.get();
            if (this.ledger == null || reservation == null) {
                return null;
            }
            Optional<ExposureResult.Reserved> committed = this.ledger.commit(reservation);
            if (committed.isEmpty()) {
                logger.error("A payment for endpoint '{}' took longer than it may hold its share of a limit and is not "
                        + "settled", endpoint);
                return Reason.TEMPORARILY_UNAVAILABLE;
            }
            share.reservation.set(committed.get());
            return null;
        }
        catch (RuntimeException ex) {
            this.outages.warn("Limits could not be looked at; nothing is settled", ex);
            return Reason.TEMPORARILY_UNAVAILABLE;
        }
    }

    /**
     * Counts one more run of a handler for a payment that was settled, in the limits that
     * count. None refuses it.
     * @param endpoint the endpoint
     * @param exchange the request
     * @param claim the payment
     */
    public void count(PaidEndpointDefinition endpoint, PaidExchange exchange, PaymentClaim claim) {
        ExposureLedger ledger = this.ledger;
        if (ledger == null || this.rules.isEmpty()) {
            return;
        }
        try {
            List<Exposure> exposures = new ArrayList<>();
            TaskKey task = task(exchange, claim);
            for (ExposureRule rule : this.rules) {
                if (rule.limit().maxCount() != null && rule.covers(endpoint)) {
                    ExposureLimit counted = rule.limit().countOnly();
                    for (String subject : subjects(rule, endpoint, claim, task)) {
                        exposures.add(new Exposure(counted, subject, BigInteger.ZERO));
                    }
                }
            }
            if (!exposures.isEmpty() && ledger.reserve(exposures) instanceof ExposureResult.Reserved reservation) {
                ledger.commit(reservation);
            }
        }
        catch (RuntimeException ex) {
            this.outages.warn("A further run of a handler could not be counted in limits", ex);
        }
    }

    /**
     * Gives back what a payment took, if anything.
     * @param share the share of the payment
     */
    public void giveBack(Share.Taken share) {
        ExposureResult.Reserved reservation = share.reservation.getAndSet(null);
        if (this.ledger == null || reservation == null) {
            return;
        }
        try {
            this.ledger.giveBack(reservation);
        }
        catch (RuntimeException ex) {
            this.outages.warn("What a payment took from its limits could not be given back", ex);
        }
    }

    /**
     * Holds what a payment took until its outcome is known. What a resumed payment took
     * is held already.
     * @param share the share of the payment
     * @param key what the payment is known by
     */
    public void hold(Share.Taken share, PaymentKey key) {
        ExposureResult.Reserved reservation = share.reservation.getAndSet(null);
        if (this.ledger == null || reservation == null) {
            return;
        }
        try {
            this.ledger.hold(key, reservation);
        }
        catch (RuntimeException ex) {
            this.outages.warn("What a payment of unknown outcome took from its limits is not given back if it was not "
                    + "settled", ex);
        }
    }

    @Override
    public void ended(UnknownPayment payment, Conclusion conclusion) {
        boolean unpaid = switch (conclusion) {
            case Conclusion.Unsettled unsettled -> true;
            case Conclusion.UsedElsewhere elsewhere -> true;
            case Conclusion.Settled settled -> false;
            case Conclusion.Unresolved unresolved -> false;
        };
        if (this.ledger == null || !unpaid) {
            return;
        }
        try {
            this.ledger.giveBack(payment.key());
        }
        catch (LedgerException ex) {
            this.outages.warn("What a payment took from its limits could not be given back", ex);
        }
    }

    private boolean ended(@Nullable TaskKey task) {
        return this.tasks != null && task != null && this.tasks.ended(task);
    }

    private static @Nullable TaskKey task(PaidExchange exchange, PaymentClaim claim) {
        String id = exchange.task();
        if (id == null) {
            return null;
        }
        String caller = claim.caller();
        return (caller != null) ? TaskKey.ofCaller(caller, id) : TaskKey.ofPayer(claim.key().payer(), id);
    }

    /** Returns whether waiting can help at all. */
    private boolean expose(ExposureRule rule, PaidEndpointDefinition endpoint, PaymentClaim claim,
            @Nullable TaskKey task, List<Exposure> exposures) {
        List<String> subjects = subjects(rule, endpoint, claim, task);
        if (subjects.isEmpty()) {
            return true;
        }
        BigInteger amount = (rule.limit().maxAmount() != null) ? dollars(rule, claim) : BigInteger.ZERO;
        if (rule.limit().forbids(amount)) {
            logger.debug("A payment for endpoint '{}' alone is more than limit '{}'", claim.endpoint(),
                    rule.limit().name());
            return false;
        }
        for (String subject : subjects) {
            exposures.add(new Exposure(rule.limit(), subject, amount));
        }
        return true;
    }

    private BigInteger dollars(ExposureRule rule, PaymentClaim claim) {
        PaymentRequirements terms = claim.requirements();
        AssetRegistry assets = Objects.requireNonNull(this.assets, "'assets' must not be null");
        return assets.millionthsOfADollar(terms.network(), terms.asset(), terms.amount())
            .orElseThrow(() -> new IllegalStateException(
                    "Limit '" + rule.limit().name() + "' counts dollars, and endpoint '" + claim.endpoint()
                            + "' was paid in a token that no configuration states to be worth a dollar"));
    }

    private static List<String> subjects(ExposureRule rule, PaidEndpointDefinition endpoint, PaymentClaim claim,
            @Nullable TaskKey task) {
        String payer = claim.key().payer();
        String caller = claim.caller();
        return switch (rule.per()) {
            case IDENTITY -> List.of((caller != null) ? digest("caller", caller) : digest("payer", payer));
            case PAYER -> List.of(digest("payer", payer));
            case ENDPOINT -> List.of(digest("endpoint", endpoint.name()));
            case TAG -> endpoint.tags()
                .stream()
                .filter((tag) -> rule.tags().isEmpty() || rule.tags().contains(tag))
                .map((tag) -> digest("tag", tag))
                .toList();
            case TASK -> (task != null) ? List.of(task.value()) : List.of();
        };
    }

    private static String digest(String kind, String name) {
        return HexFormat.of().formatHex(new FieldDigest().add(kind).add(name).digest());
    }

    /**
     * Share of a payment in the limits that cover it.
     */
    public sealed interface Share {

        private static Share none(Reason reason) {
            return new None(Denial.of(reason));
        }

        /**
         * The payment is within its limits. Nothing is taken where no limit covers it, or
         * where it was counted before.
         */
        final class Taken implements Share {

            /** Share of a payment that was settled before. */
            public static final Taken NOTHING = new Taken(null, null);

            private final @Nullable TaskKey task;

            /** To give back what was taken is to take it out. */
            private final AtomicReference<ExposureResult.@Nullable Reserved> reservation;

            private Taken(@Nullable TaskKey task, ExposureResult.@Nullable Reserved reservation) {
                this.task = task;
                this.reservation = new AtomicReference<>(reservation);
            }

            ExposureResult.@Nullable Reserved reservation() {
                return this.reservation.get();
            }

        }

        /**
         * The payment is refused.
         *
         * @param denial why
         */
        record None(Denial denial) implements Share {
        }

    }

}
