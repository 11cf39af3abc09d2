package io.github.x402spring.autoconfigure.audit;

import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.util.Assert;

import io.github.x402spring.audit.AuditContext;
import io.github.x402spring.audit.AuditRecord;
import io.github.x402spring.audit.AuditRecord.IdentityEstablished;
import io.github.x402spring.audit.AuditRecord.OperatorActed;
import io.github.x402spring.audit.AuditRecord.PaymentEnded;
import io.github.x402spring.audit.AuditRecord.PaymentRecorded;
import io.github.x402spring.audit.AuditRecord.PolicyDecided;
import io.github.x402spring.audit.AuditRecord.ResourceReturned;
import io.github.x402spring.audit.AuditSink;
import io.github.x402spring.autoconfigure.X402AuditProperties;
import io.github.x402spring.decision.Reason;
import io.github.x402spring.decision.Stage;
import io.github.x402spring.exchange.ClaimedPayment;
import io.github.x402spring.exchange.ExchangeEnd;
import io.github.x402spring.exchange.ExchangeListener;
import io.github.x402spring.exchange.ExchangeStart;
import io.github.x402spring.exchange.PaymentAuthorizer.Permission;
import io.github.x402spring.ledger.Conclusion;
import io.github.x402spring.ledger.UnknownPayment;
import io.github.x402spring.operator.OperatorAction;
import io.github.x402spring.operator.OperatorListener;
import io.github.x402spring.protocol.FacilitatorRemark;
import io.github.x402spring.protocol.Rail;
import io.github.x402spring.reconcile.UnknownPaymentEnded;
import io.github.x402spring.reconcile.UnknownPaymentListener;

/**
 * Maker of the records of each request for a paid endpoint, while it is served, of one
 * for each payment that ends later, outside of any request, and of one for each action of
 * an operator. All sinks get all records. Thread-safe.
 */
final class AuditTrail implements ExchangeListener, UnknownPaymentListener, OperatorListener {

    private static final Logger logger = LoggerFactory.getLogger(AuditTrail.class);

    private final List<AuditSink> sinks;

    private final X402AuditProperties.Scope scope;

    private final boolean strict;

    private final Clock clock;

    private final AtomicLong failures = new AtomicLong();

    /** Whether the last record failed: failures in a row are logged once. */
    private volatile boolean failing;

    AuditTrail(List<AuditSink> sinks, X402AuditProperties.Scope scope, boolean strict, Clock clock) {
        Assert.notNull(scope, "'scope' must not be null");
        Assert.notNull(clock, "'clock' must not be null");
        this.sinks = List.copyOf(sinks);
        this.scope = scope;
        this.strict = strict;
        this.clock = clock;
    }

    /** Returns how many records were not written by all sinks since the start. */
    long failures() {
        return this.failures.get();
    }

    @Override
    public boolean digests() {
        return listens();
    }

    @Override
    public boolean listens() {
        for (AuditSink sink : this.sinks) {
            if (wanted(sink)) {
                return true;
            }
        }
        return false;
    }

    /** A sink that cannot say so is one that has to fail where it counts. */
    private static boolean wanted(AuditSink sink) {
        try {
            return sink.wanted();
        }
        catch (RuntimeException ex) {
            logger.debug("A sink of the audit does not say whether it wants records", ex);
            return true;
        }
    }

    @Override
    public @Nullable Exchange started(ExchangeStart start) {
        return listens() ? new AuditedExchange(start) : null;
    }

    @Override
    public void ended(UnknownPayment payment, Conclusion conclusion) {
        write(new PaymentEnded(outsideOfRequests(this.clock.instant(), payment.rail().value(), null),
                UnknownPaymentEnded.of(payment, conclusion)));
    }

    @Override
    public void acted(OperatorAction action) {
        write(new OperatorActed(outsideOfRequests(action.at(), Rail.X402.value(), action.operator()), action));
    }

    private static AuditContext outsideOfRequests(Instant at, String rail, @Nullable String caller) {
        return new AuditContext(at, "", null, "", rail, caller, null);
    }

    private boolean write(AuditRecord record) {
        boolean written = true;
        for (AuditSink sink : this.sinks) {
            try {
                sink.write(record);
            }
            catch (IOException | RuntimeException ex) {
                if (!this.failing) {
                    logger.error("Records of the audit cannot be written", ex);
                }
                written = false;
            }
        }
        if (!written) {
            this.failures.incrementAndGet();
        }
        else if (this.failing) {
            logger.warn("Records of the audit can be written again");
        }
        this.failing = !written;
        return written;
    }

    /** Notified by one thread at a time. */
    private final class AuditedExchange implements Exchange {

        private final ExchangeStart start;

        private volatile boolean identified;

        private volatile boolean complete = true;

        private volatile boolean granted = true;

        AuditedExchange(ExchangeStart start) {
            this.start = start;
        }

        @Override
        public void decided(Permission permission) {
            this.granted = permission instanceof Permission.Granted;
            record(() -> switch (permission) {
                case Permission.Failed failed ->
                    new PolicyDecided(context(), false, Reason.TEMPORARILY_UNAVAILABLE, List.of());
                case Permission.Granted allowed -> new PolicyDecided(context(), true, null, allowed.rulings());
                case Permission.Denied denied ->
                    new PolicyDecided(context(), false, denied.denial().reason(), denied.rulings());
            });
        }

        @Override
        public boolean settling(ClaimedPayment payment) {
            record(() -> new PaymentRecorded(context(), PaymentRecorded.SETTLING, null, payment, null,
                    FacilitatorRemark.NONE));
            return this.complete || !AuditTrail.this.strict;
        }

        @Override
        public void ended(ExchangeEnd end) {
            if (end.payment() == null && AuditTrail.this.scope != X402AuditProperties.Scope.ALL) {
                return;
            }
            Reason reason = end.reason();
            // Another guard of the handler denied, such as method security.
            if (this.granted && reason != null
                    && (reason.stage() == Stage.IDENTITY || reason.stage() == Stage.POLICY)) {
                record(() -> new PolicyDecided(context(), false, reason, List.of()));
            }
            record(() -> new PaymentRecorded(context(), end.decision().value(), reason, end.payment(),
                    end.transaction(), end.remark()));
            record(() -> new ResourceReturned(context(), end.status(), end.response()));
        }

        /** Whatever goes wrong, the record was not written. */
        private void record(Supplier<AuditRecord> fact) {
            try {
                AuditRecord record = fact.get();
                String authentication = this.start.authentication();
                if (!this.identified && authentication != null) {
                    this.identified = true;
                    this.complete &= write(new IdentityEstablished(record.context(), authentication));
                }
                this.complete &= write(record);
            }
            catch (RuntimeException ex) {
                this.complete = false;
                AuditTrail.this.failures.incrementAndGet();
                logger.error("A record of the audit could not be made", ex);
            }
        }

        private AuditContext context() {
            return new AuditContext(AuditTrail.this.clock.instant(), this.start.requestId(), this.start.traceId(),
                    this.start.endpoint().name(), this.start.rail(), this.start.caller(), this.start.clientRequestId());
        }

    }

}
