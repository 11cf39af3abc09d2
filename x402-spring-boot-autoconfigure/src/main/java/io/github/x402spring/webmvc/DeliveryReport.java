package io.github.x402spring.webmvc;

import java.util.concurrent.atomic.AtomicBoolean;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.gate.AdmittedPayment;
import io.github.x402spring.gate.PaymentGate;

/**
 * Tells the gate, once, whether an answer that was paid for got through.
 */
final class DeliveryReport {

    private final PaymentGate gate;

    /** Whether a settled answer is on its way and nobody was told how it ended. */
    private final AtomicBoolean due = new AtomicBoolean();

    private volatile boolean broken;

    private volatile @Nullable Boolean delivered;

    DeliveryReport(PaymentGate gate) {
        this.gate = gate;
    }

    /** Counts as broken until it is said to be whole. */
    void begin() {
        this.broken = true;
        this.due.set(true);
    }

    void whole() {
        this.broken = false;
    }

    void broke() {
        this.broken = true;
    }

    void end(AdmittedPayment payment) {
        if (this.due.compareAndSet(true, false)) {
            boolean delivered = !this.broken;
            this.delivered = delivered;
            this.gate.answered(payment, delivered);
        }
    }

    /**
     * Whether a settled answer got through, or {@code null} if there was none so far.
     */
    @Nullable Boolean delivered() {
        return this.delivered;
    }

}
