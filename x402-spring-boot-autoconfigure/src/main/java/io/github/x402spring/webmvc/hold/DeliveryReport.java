package io.github.x402spring.webmvc.hold;

import java.util.concurrent.atomic.AtomicBoolean;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.gate.AdmittedPayment;
import io.github.x402spring.gate.PaymentGate;

/**
 * Report to the gate, made once, whether a response that was paid for was delivered.
 */
final class DeliveryReport {

    private final PaymentGate gate;

    /** Whether a delivery has begun and its end was not reported. */
    private final AtomicBoolean due = new AtomicBoolean();

    private volatile boolean broken;

    private volatile @Nullable HeldBody body;

    private volatile boolean comparable;

    private volatile @Nullable Boolean delivered;

    DeliveryReport(PaymentGate gate) {
        this.gate = gate;
    }

    /** Begins a response that is no delivery, such as an error. */
    void begin() {
        this.broken = true;
        this.due.set(true);
    }

    /**
     * Begins a delivery. It counts as broken until it is said to be whole.
     * @param body tells whether a byte of it was handed to the container
     * @param comparable whether the response of another run can be compared with it. If
     * not, nothing can be delivered any more once it has begun, which the ledger takes
     * for delivered
     */
    void begin(HeldBody body, boolean comparable) {
        this.body = body;
        this.comparable = comparable;
        begin();
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
            HeldBody body = this.body;
            boolean begun = body != null && body.begun();
            this.gate.deliveryEnded(payment, delivered || (begun && !this.comparable), begun);
        }
    }

    /**
     * Returns whether a settled response was delivered, or {@code null} if there was none
     * so far.
     */
    @Nullable Boolean delivered() {
        return this.delivered;
    }

}
