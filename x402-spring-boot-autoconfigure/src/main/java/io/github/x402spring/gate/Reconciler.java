package io.github.x402spring.gate;

import java.time.Duration;
import java.util.Objects;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.github.x402spring.facilitator.FacilitatorException;
import io.github.x402spring.facilitator.SettlementInquiry;
import io.github.x402spring.facilitator.SettlementInquiry.Finding;
import io.github.x402spring.ledger.Conclusion;
import io.github.x402spring.ledger.LedgerException;
import io.github.x402spring.ledger.RecoverableLedger;
import io.github.x402spring.ledger.UnknownPayment;

/**
 * Ends payments whose settlement is unknown by asking what became of them. Several
 * instances may do so side by side: each payment goes to one of them at a time.
 * Thread-safe.
 *
 * @since 0.1.0
 */
public final class Reconciler {

    private static final Logger logger = LoggerFactory.getLogger(Reconciler.class);

    /** So few that their lease does not end before the last was asked for. */
    private static final int BATCH = 20;

    private final RecoverableLedger ledger;

    private final SettlementInquiry inquiry;

    private final Duration lease;

    /**
     * Creates a reconciler.
     * @param ledger holds the payments
     * @param inquiry knows what became of them
     * @param lease how long a payment is left alone between two questions
     */
    public Reconciler(RecoverableLedger ledger, SettlementInquiry inquiry, Duration lease) {
        this.ledger = Objects.requireNonNull(ledger, "'ledger' must not be null");
        this.inquiry = Objects.requireNonNull(inquiry, "'inquiry' must not be null");
        this.lease = Objects.requireNonNull(lease, "'lease' must not be null");
    }

    /**
     * Asks for every payment that is due, and ends those that are decided.
     * @return how many were ended
     * @throws LedgerException if the ledger gives no answer
     */
    public int reconcile() throws LedgerException {
        int ended = 0;
        while (!Thread.currentThread().isInterrupted()) {
            int handed = 0;
            for (UnknownPayment payment : this.ledger.lease(this.lease, BATCH)) {
                ended += end(payment) ? 1 : 0;
                handed++;
            }
            if (handed < BATCH) {
                break;
            }
        }
        return ended;
    }

    private boolean end(UnknownPayment payment) throws LedgerException {
        return switch (inquire(payment)) {
            case Finding.Settled(String transaction) ->
                this.ledger.conclude(payment, new Conclusion.Settled(transaction));
            case Finding.Failed failed -> this.ledger.conclude(payment, new Conclusion.Unsettled());
            case Finding.UsedElsewhere(String transaction) ->
                this.ledger.conclude(payment, new Conclusion.UsedElsewhere(transaction));
            case Finding.Doubtful doubtful -> this.ledger.conclude(payment, new Conclusion.Unresolved());
            case Finding.Undecided undecided -> false;
        };
    }

    private Finding inquire(UnknownPayment payment) {
        try {
            return this.inquiry.inquire(payment);
        }
        catch (FacilitatorException ex) {
            logger.debug("Nobody could say what became of a payment on {}: {}", payment.key().network(),
                    ex.getMessage());
        }
        catch (RuntimeException ex) {
            logger.error("Asking what became of a payment on {} failed", payment.key().network(), ex);
        }
        return new Finding.Undecided();
    }

}
