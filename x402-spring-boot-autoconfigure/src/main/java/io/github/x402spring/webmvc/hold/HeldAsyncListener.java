package io.github.x402spring.webmvc.hold;

import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.http.HttpServletRequest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listener that notifies a payment of the asynchronous part of its request.
 */
final class HeldAsyncListener implements AsyncListener {

    private static final Logger logger = LoggerFactory.getLogger(HeldPayment.class);

    private final HeldPayment payment;

    HeldAsyncListener(HeldPayment payment) {
        this.payment = payment;
    }

    /**
     * The handler's own stream ends in an error from now on, and Spring leaves it to the
     * container to end.
     */
    static void complete(HttpServletRequest request) {
        try {
            request.getAsyncContext().complete();
        }
        catch (IllegalStateException ex) {
            logger.debug("The asynchronous request had ended already");
        }
    }

    @Override
    public void onComplete(AsyncEvent event) {
        this.payment.asyncCompleted();
    }

    @Override
    public void onTimeout(AsyncEvent event) {
        // Spring responds to a time-out itself; otherwise completion follows.
        this.payment.deliveryBroke();
    }

    @Override
    public void onError(AsyncEvent event) {
        // Completion follows.
        this.payment.deliveryBroke();
    }

    @Override
    public void onStartAsync(AsyncEvent event) {
        event.getAsyncContext().addListener(this);
    }

}
