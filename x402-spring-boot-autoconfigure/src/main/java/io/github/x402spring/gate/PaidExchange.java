package io.github.x402spring.gate;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.gate.PaymentAuthorizer.Permission;
import io.github.x402spring.ledger.RequestFingerprint;
import io.github.x402spring.protocol.FacilitatorRemark;
import io.github.x402spring.protocol.PaymentRequirements;

/**
 * Is the request that a payment came with, as far as the gate needs to know it.
 *
 * @since 0.1.0
 */
public interface PaidExchange {

    /**
     * Computes what the payment is bound to. Reads the body if there is one.
     * @return the fingerprint
     * @throws UnreadableRequestException if the request cannot be bound
     */
    RequestFingerprint fingerprint() throws UnreadableRequestException;

    /**
     * Returns who is calling, for the record.
     * @return the caller's name, or {@code null} if nobody knows it
     */
    @Nullable String caller();

    /**
     * Returns the id of the task that the caller says the request belongs to.
     * @return the id, or {@code null} if the request names no task
     */
    default @Nullable String task() {
        return null;
    }

    /**
     * Tells whether the transport's rules let the same request run twice, as those of
     * HTTP do for GET, PUT and DELETE.
     * @return whether they do
     */
    default boolean repeatable() {
        return false;
    }

    /**
     * Returns the name that the client gave its purchase by the transport's own means.
     * @return the name, such as the value of {@code Idempotency-Key}, or {@code null} if
     * there is none
     * @throws UnreadableRequestException if it cannot be read
     */
    default @Nullable String idempotencyKey() throws UnreadableRequestException {
        return null;
    }

    /**
     * Returns the address from which the request came, as the transport knows it.
     * @return an IPv4 or IPv6 address, or {@code null} if nobody knows it
     */
    @Nullable String remoteAddress();

    /**
     * Hears what payment the request carries, for the record: once when its terms are
     * known, and again when it was found to be good.
     * @param terms the terms of ours that it accepts
     * @param payer the payer's address in lower case
     * @param verified whether the payment was found to be good
     */
    default void claimed(PaymentRequirements terms, String payer, boolean verified) {
    }

    /**
     * Hears what the policy said, for the record.
     * @param permission what it said, or {@code null} if it failed
     */
    default void decided(@Nullable Permission permission) {
    }

    /**
     * Hears what the facilitator says of a payment that it refuses, for the record. No
     * payer is told.
     * @param remark what it says
     */
    default void remarked(FacilitatorRemark remark) {
    }

    /**
     * Hears that the payment is about to be sent to be settled, for the record.
     * @return whether it may be; if not, it is released and the request refused with 503
     */
    default boolean settling() {
        return true;
    }

    /**
     * Returns the transport's own request, for policies that look at it.
     * @return the request, such as an {@code HttpServletRequest}
     */
    Object nativeRequest();

}
