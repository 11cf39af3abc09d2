package io.github.x402spring.client;

import java.util.List;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.github.x402spring.protocol.SettleResponse;

/**
 * Listener that calls others; an exception of one does not prevent the next call.
 */
final class PaymentListeners implements PaymentListener {

    private static final Logger logger = LoggerFactory.getLogger(PaymentListeners.class);

    private final List<PaymentListener> listeners;

    PaymentListeners(List<PaymentListener> listeners) {
        this.listeners = List.copyOf(listeners);
    }

    @Override
    public void signed(SignedPayment payment) {
        call((listener) -> listener.signed(payment));
    }

    @Override
    public void settled(SignedPayment payment, @Nullable SettleResponse receipt) {
        call((listener) -> listener.settled(payment, receipt));
    }

    @Override
    public void refused(SignedPayment payment) {
        call((listener) -> listener.refused(payment));
    }

    @Override
    public void unknown(SignedPayment payment) {
        call((listener) -> listener.unknown(payment));
    }

    private void call(Consumer<PaymentListener> event) {
        for (PaymentListener listener : this.listeners) {
            try {
                event.accept(listener);
            }
            catch (Throwable ex) {
                // An error would replace the response, or the exception that carries the
                // payment.
                logger.warn("A listener for payments failed", ex);
            }
        }
    }

}
