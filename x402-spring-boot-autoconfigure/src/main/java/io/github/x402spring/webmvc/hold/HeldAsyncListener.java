package io.github.x402spring.webmvc.hold;

import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.http.HttpServletRequest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells a payment how the asynchronous part of its request goes.
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
        this.payment.completed();
    }

    @Override
    public void onTimeout(AsyncEvent event) {
        // Spring answers a time-out itself; what it does not answer completes.
        this.payment.broke();
    }

    @Override
    public void onError(AsyncEvent event) {
        // Completion follows.
        this.payment.broke();
    }

    @Override
    public void onStartAsync(AsyncEvent event) {
        event.getAsyncContext().addListener(this);
    }

}
