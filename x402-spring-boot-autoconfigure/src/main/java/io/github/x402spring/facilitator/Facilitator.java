package io.github.x402spring.facilitator;

import java.util.List;
import java.util.Locale;

import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.PaymentPayload;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.ResourceInfo;
import io.github.x402spring.protocol.SettleResponse;
import io.github.x402spring.protocol.SupportedKind;
import io.github.x402spring.protocol.VerifyResponse;

/**
 * Verifier and settler of payments: over HTTP, on a chain, or as a simulation. Declare a
 * bean of this type to replace the configured one.
 * <p>
 * The gate calls it with the server's own terms and with payments that passed every check
 * that needs no I/O. Implementations are thread-safe, bound the time of every call, and
 * never log a payment. An implementation that calls another one passes on its
 * {@link #kind()}, {@link #simulated()}, {@link #mayServe} and {@link #checkAsked()}.
 *
 * @since 0.1.0
 * @see <a href="https://github.com/x402-foundation/x402/tree/main/specs">x402 version 2,
 * facilitator interface</a>
 */
public interface Facilitator {

    /**
     * Returns the facilitator of {@code x402.facilitator.type=none}: terms are shown, and
     * payments are refused with status 501.
     * @return the facilitator, of kind {@link Kind#NONE}
     */
    static Facilitator none() {
        return NoFacilitator.INSTANCE;
    }

    /**
     * Checks whether a payment would settle. Has no side effects.
     * @param payload the payment as the client sent it
     * @param requirements the server's terms
     * @param resource the resource that the payment is for; version 1 sends it along with
     * the terms
     * @return the reply
     * @throws FacilitatorException if there was no usable reply
     */
    VerifyResponse verify(PaymentPayload payload, PaymentRequirements requirements, ResourceInfo resource)
            throws FacilitatorException;

    /**
     * Settles a verified payment. The same payment may be presented again to learn the
     * outcome of a settlement whose reply was lost or pending; it must not move money a
     * second time.
     * @param payload the payment as the client sent it
     * @param requirements the server's terms
     * @param resource the resource that the payment is for; version 1 sends it along with
     * the terms
     * @return the reply; {@code settlement_pending} if the transfer was sent and is not
     * decided
     * @throws FacilitatorNotReachedException if the call certainly never left
     * @throws FacilitatorException if there was no usable reply: the outcome is unknown
     */
    SettleResponse settle(PaymentPayload payload, PaymentRequirements requirements, ResourceInfo resource)
            throws FacilitatorException;

    /**
     * Lists the kinds of payment that are handled.
     * @return the kinds
     * @throws FacilitatorException if there was no usable reply; with failure
     * {@link FacilitatorException.Failure#NOT_FOUND} if the facilitator has no list, so
     * that it may support any kind
     */
    List<SupportedKind> supported() throws FacilitatorException;

    /**
     * Checks whether the facilitator works, by a call that no payer can influence. Made
     * at most once in five seconds after a call failed in a way that a payment may have
     * caused. Calls {@link #supported()} by default; a facilitator that knows its kinds
     * without I/O calls what it depends on instead.
     * @param network the network of the call that failed
     * @throws FacilitatorException if there was no usable reply
     */
    default void probe(Network network) throws FacilitatorException {
        supported();
    }

    /**
     * Checks, without I/O, that calls are made now. Called before a handler runs for a
     * payment that is not verified by this facilitator.
     * @throws FacilitatorNotReachedException if no call is made, with failure
     * {@link FacilitatorException.Failure#NOT_ASKED}
     */
    default void checkAsked() throws FacilitatorNotReachedException {
    }

    /**
     * Returns, without I/O, whether payments on a network may be settled at all.
     * Endpoints with terms for another network stop the application's start.
     * @param network the network
     * @return {@code false} if they certainly cannot; {@code true} by default
     */
    default boolean mayServe(Network network) {
        return true;
    }

    /**
     * Returns the kind of facilitator, for start-up checks, logs and metrics.
     * @return the kind; {@link Kind#CUSTOM} by default
     */
    default Kind kind() {
        return Kind.CUSTOM;
    }

    /**
     * Returns whether a settlement moves no money. Responses then say so, and payments
     * are refused under a profile of production.
     * @return {@code true} by default only for {@link Kind#SIMULATED}
     */
    default boolean simulated() {
        return kind() == Kind.SIMULATED;
    }

    /**
     * Kind of facilitator.
     */
    enum Kind {

        /** Service that is called over HTTP. */
        HTTP,

        /** Part of this application that sends transactions to chains. */
        LOCAL,

        /** Part of this application that makes settlements up. */
        SIMULATED,

        /** Facilitator that settles nothing: a payment is refused with status 501. */
        NONE,

        /** Implementation of the application. */
        CUSTOM;

        /**
         * Returns the name for logs and metrics.
         * @return the name in lower case
         */
        public String value() {
            return name().toLowerCase(Locale.ROOT);
        }

    }

}
