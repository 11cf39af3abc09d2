package io.github.x402spring.gate;

import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.github.x402spring.asset.AssetRegistry;
import io.github.x402spring.decision.Denial;
import io.github.x402spring.decision.Reason;
import io.github.x402spring.ledger.Conclusion;
import io.github.x402spring.ledger.Exposure;
import io.github.x402spring.ledger.ExposureLedger;
import io.github.x402spring.ledger.ExposureLimit;
import io.github.x402spring.ledger.ExposureReservation;
import io.github.x402spring.ledger.ExposureResult;
import io.github.x402spring.ledger.FieldDigest;
import io.github.x402spring.ledger.LedgerException;
import io.github.x402spring.ledger.TaskKey;
import io.github.x402spring.ledger.TaskRegistry;
import io.github.x402spring.ledger.UnknownPayment;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.reconcile.UnknownPaymentListener;

/**
 * Guard that keeps payments within limits, and out of tasks that were ended. Asks no
 * ledger where no limit covers a payment and it names no task. Thread-safe.
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
     * Takes from the limits that cover a payment. One that is resumed was counted before.
     */
    Share reserve(Candidate candidate) {
        try {
            TaskKey task = task(candidate);
            if (ended(task)) {
                return Share.none(Reason.TASK_ENDED);
            }
            if (this.ledger == null || candidate.resumed()) {
                return Share.NOTHING;
            }
            List<Exposure> exposures = new ArrayList<>();
            for (ExposureRule rule : this.rules) {
                if (rule.covers(candidate.attempt().endpoint()) && !expose(rule, candidate, task, exposures)) {
                    return Share.none(Reason.FORBIDDEN);
                }
            }
            return exposures.isEmpty() ? Share.NOTHING : reserve(this.ledger, candidate, exposures);
        }
        catch (RuntimeException ex) {
            this.outages.warn("Limits could not be looked at; a payment is refused", ex);
            return Share.none(Reason.TEMPORARILY_UNAVAILABLE);
        }
    }

    private static Share reserve(ExposureLedger ledger, Candidate candidate, List<Exposure> exposures) {
        return switch (ledger.reserve(exposures)) {
            case ExposureResult.Reserved(ExposureReservation reservation) -> new Share.Taken(reservation);
            case ExposureResult.Exceeded(String limit, Duration wait) -> {
                logger.debug("A payment for endpoint '{}' reached limit '{}'", candidate.attempt().endpoint().name(),
                        limit);
                // The next whole second; to wait too briefly would be in vain.
                long seconds = Math.clamp(wait.toSeconds() + 1, 1, MAX_RETRY_SECONDS);
                yield new Share.None(new Denial(Reason.LIMIT_REACHED, Map.of(), (int) seconds));
            }
        };
    }

    /**
     * Makes what a payment took from limits count, since it is about to be sent to be
     * settled.
     * @return why it must not be sent, or {@code null} if it may
     */
    @Nullable Reason commit(AdmittedPayment admitted) {
        try {
            if (ended(task(admitted.candidate()))) {
                return Reason.TASK_ENDED;
            }
            ExposureReservation reservation = admitted.exposure().get();
            if (this.ledger == null || reservation == null) {
                return null;
            }
            Optional<ExposureReservation> committed = this.ledger.commit(reservation);
            if (committed.isEmpty()) {
                logger.error("A payment for endpoint '{}' took longer than it may hold its share of a limit and is not "
                        + "settled", admitted.attempt().endpoint().name());
                return Reason.TEMPORARILY_UNAVAILABLE;
            }
            admitted.exposure().set(committed.get());
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
     */
    void count(Candidate settled) {
        ExposureLedger ledger = this.ledger;
        if (ledger == null || this.rules.isEmpty()) {
            return;
        }
        try {
            List<Exposure> exposures = new ArrayList<>();
            TaskKey task = task(settled);
            for (ExposureRule rule : this.rules) {
                if (rule.limit().maxCount() != null && rule.covers(settled.attempt().endpoint())) {
                    ExposureLimit counted = rule.limit().countOnly();
                    for (String subject : subjects(rule, settled, task)) {
                        exposures.add(new Exposure(counted, subject, BigInteger.ZERO));
                    }
                }
            }
            if (!exposures.isEmpty()
                    && ledger.reserve(exposures) instanceof ExposureResult.Reserved(ExposureReservation reservation)) {
                ledger.commit(reservation);
            }
        }
        catch (RuntimeException ex) {
            this.outages.warn("A further run of a handler could not be counted in limits", ex);
        }
    }

    /** Gives back what a payment took, if anything. */
    void giveBack(AdmittedPayment admitted) {
        ExposureReservation reservation = admitted.exposure().getAndSet(null);
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
     * Leaves what a payment took to whoever learns its outcome. What a resumed payment
     * took was left before.
     */
    void hold(AdmittedPayment admitted) {
        ExposureReservation reservation = admitted.exposure().getAndSet(null);
        if (this.ledger == null || reservation == null) {
            return;
        }
        try {
            this.ledger.hold(admitted.reservation().key(), reservation);
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

    private static @Nullable TaskKey task(Candidate payment) {
        PaidExchange exchange = payment.attempt().exchange();
        String id = exchange.task();
        if (id == null) {
            return null;
        }
        String caller = payment.claim().caller();
        return (caller != null) ? TaskKey.ofCaller(caller, id) : TaskKey.ofPayer(payment.payment().payer(), id);
    }

    /** Returns whether waiting can help at all. */
    private boolean expose(ExposureRule rule, Candidate candidate, @Nullable TaskKey task, List<Exposure> exposures) {
        List<String> subjects = subjects(rule, candidate, task);
        if (subjects.isEmpty()) {
            return true;
        }
        BigInteger amount = (rule.limit().maxAmount() != null) ? dollars(rule, candidate) : BigInteger.ZERO;
        if (rule.limit().forbids(amount)) {
            logger.debug("A payment for endpoint '{}' alone is more than limit '{}'",
                    candidate.attempt().endpoint().name(), rule.limit().name());
            return false;
        }
        for (String subject : subjects) {
            exposures.add(new Exposure(rule.limit(), subject, amount));
        }
        return true;
    }

    private BigInteger dollars(ExposureRule rule, Candidate candidate) {
        PaymentRequirements terms = candidate.offer().requirements();
        AssetRegistry assets = Objects.requireNonNull(this.assets, "'assets' must not be null");
        return assets.millionthsOfADollar(terms.network(), terms.asset(), terms.amount())
            .orElseThrow(() -> new IllegalStateException("Limit '" + rule.limit().name()
                    + "' counts dollars, and endpoint '" + candidate.attempt().endpoint().name()
                    + "' was paid in a token that nobody says is worth a dollar"));
    }

    private static List<String> subjects(ExposureRule rule, Candidate candidate, @Nullable TaskKey task) {
        PaidEndpointDefinition endpoint = candidate.attempt().endpoint();
        String payer = candidate.payment().payer().toLowerCase(Locale.ROOT);
        String caller = candidate.claim().caller();
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

    /** Share of a payment in the limits that cover it. */
    sealed interface Share {

        /** No limit covers the payment, or it was counted before. */
        Share NOTHING = new Taken(null);

        private static Share none(Reason reason) {
            return new None(Denial.of(reason));
        }

        /**
         * The payment is within its limits.
         *
         * @param reservation what it took, or {@code null} if that is nothing
         */
        record Taken(@Nullable ExposureReservation reservation) implements Share {
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
