package io.github.x402spring.autoconfigure.actuate;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.function.Supplier;

import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;
import org.springframework.util.Assert;

import io.github.x402spring.facilitator.FacilitatorCircuits;
import io.github.x402spring.facilitator.FacilitatorCircuits.State;
import io.github.x402spring.ledger.history.PaymentHistory;
import io.github.x402spring.ledger.history.UnknownSettlements;

/**
 * Health of payments: down while the ledger gives no reply or the facilitator is not
 * called. A settlement that has been unknown for too long, one that a facilitator
 * reported and that is not on the chain, and a relayer with a gap in its numbers are
 * matters for the operator, and no reason to send requests elsewhere.
 */
final class X402HealthIndicator extends AbstractHealthIndicator {

    /** Payments are taken, and an operator has to act. */
    static final Status DEGRADED = new Status("DEGRADED",
            "A settlement has been unknown for too long, or another count of the details is not zero");

    private final PaymentHistory history;

    private final FacilitatorCircuits circuits;

    private final Duration maxUnknownAge;

    private final Supplier<Map<String, Long>> concerns;

    private final Clock clock;

    X402HealthIndicator(PaymentHistory history, FacilitatorCircuits circuits, Duration maxUnknownAge,
            Supplier<Map<String, Long>> concerns, Clock clock) {
        super("The ledger is unavailable");
        Assert.notNull(history, "'history' must not be null");
        Assert.notNull(circuits, "'circuits' must not be null");
        Assert.notNull(maxUnknownAge, "'maxUnknownAge' must not be null");
        Assert.notNull(concerns, "'concerns' must not be null");
        Assert.notNull(clock, "'clock' must not be null");
        this.history = history;
        this.circuits = circuits;
        this.maxUnknownAge = maxUnknownAge;
        this.concerns = concerns;
        this.clock = clock;
    }

    @Override
    protected void doHealthCheck(Health.Builder builder) throws Exception {
        State verify = this.circuits.verify();
        State settle = this.circuits.settle();
        builder.withDetail("verify", verify.name()).withDetail("settle", settle.name());
        UnknownSettlements unknown = this.history.unknown();
        builder.withDetail("unknownSettlements", unknown.count());
        Instant oldest = unknown.oldest();
        if (oldest != null) {
            builder.withDetail("oldestUnknownSettlement", oldest);
        }
        Map<String, Long> concerns = this.concerns.get();
        concerns.forEach(builder::withDetail);
        boolean concerned = concerns.values().stream().anyMatch((count) -> count > 0);
        if (verify == State.OPEN || settle == State.OPEN) {
            builder.down();
        }
        else if (concerned || (oldest != null && oldest.plus(this.maxUnknownAge).isBefore(this.clock.instant()))) {
            builder.status(DEGRADED);
        }
        else {
            builder.up();
        }
    }

}
