package io.github.x402spring.webmvc.hold;

import org.springframework.core.Ordered;
import org.springframework.web.filter.OncePerRequestFilter;

import io.github.x402spring.gate.PaymentGate;
import io.github.x402spring.http.PaymentDialects;

/**
 * Filters of requests that present a payment. One records the body, so that the payment
 * can be bound to it; the other holds the response until the payment is settled. Both
 * share the memory that they may take.
 *
 * @since 0.1.0
 */
public final class PaymentFilters {

    /** Order of the first filter, behind those that set the encoding and observe. */
    public static final int REQUEST_FILTER_ORDER = Ordered.HIGHEST_PRECEDENCE + 100;

    /**
     * Order of the second filter, just inside Spring Security's chain, which has -100.
     */
    public static final int HOLD_FILTER_ORDER = -90;

    private final PaymentRequestFilter requestFilter;

    private final PaymentHoldFilter holdFilter;

    /**
     * Creates filters.
     * @param gate settles payments, and tells whether anything listens
     * @param dialects tell which requests present a payment
     * @param maxRequestBody the largest body that a payment is bound to, in bytes
     * @param maxHeldResponse the size up to which a response is held in memory until its
     * payment is settled, in bytes
     * @param maxHeldMemory the size that all held responses and the bodies of their
     * requests may have together, in bytes
     */
    public PaymentFilters(PaymentGate gate, PaymentDialects dialects, int maxRequestBody, int maxHeldResponse,
            long maxHeldMemory) {
        HeldMemory memory = new HeldMemory(maxHeldMemory);
        this.requestFilter = new PaymentRequestFilter(maxRequestBody, memory, dialects);
        this.holdFilter = new PaymentHoldFilter(gate, maxHeldResponse, memory);
    }

    /**
     * Returns the filter that records the body. It belongs outside of Spring Security's
     * filter chain and of all filters that read parameters, so that none of them takes
     * the body away.
     * @return the filter, for requests and error pages
     */
    public OncePerRequestFilter requestFilter() {
        return this.requestFilter;
    }

    /**
     * Returns the filter that holds the response. It belongs just inside Spring
     * Security's filter chain, so that exceptions still find an uncommitted response
     * there.
     * @return the filter
     */
    public OncePerRequestFilter holdFilter() {
        return this.holdFilter;
    }

}
