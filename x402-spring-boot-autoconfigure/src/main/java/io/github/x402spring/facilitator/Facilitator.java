package io.github.x402spring.facilitator;

import java.util.List;

import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.PaymentPayload;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.ResourceInfo;
import io.github.x402spring.protocol.SettleResponse;
import io.github.x402spring.protocol.SupportedKind;
import io.github.x402spring.protocol.VerifyResponse;

/**
 * Verifies and settles payments: over HTTP, on a chain, or as a simulation. Declare a
 * bean of this type to replace the configured one.
 * <p>
 * The gate calls it with the server's own terms and with payments that passed every check
 * that needs no I/O. Implementations are thread-safe, bound the time of every call, and
 * never log a payment.
 *
 * @since 0.1.0
 * @see <a href="https://github.com/x402-foundation/x402/tree/main/specs">x402 version 2,
 * facilitator interface</a>
 */
public interface Facilitator {

    /**
     * Asks whether a payment would settle. Has no side effects.
     * @param payload the payment as the client sent it
     * @param requirements the server's terms
     * @param resource what is being bought; version 1 sends it along with the terms
     * @return the answer
     * @throws FacilitatorException if there was none
     */
    VerifyResponse verify(PaymentPayload payload, PaymentRequirements requirements, ResourceInfo resource)
            throws FacilitatorException;

    /**
     * Settles a verified payment. The same payment may be presented again to learn the
     * outcome of a settlement whose answer was lost or pending; it must not move money a
     * second time.
     * @param payload the payment as the client sent it
     * @param requirements the server's terms
     * @param resource what is being bought; version 1 sends it along with the terms
     * @return the answer; {@code settlement_pending} if it was sent and is not decided
     * @throws FacilitatorNotReachedException if the call certainly never left
     * @throws FacilitatorException if there was no usable answer: the outcome is unknown
     */
    SettleResponse settle(PaymentPayload payload, PaymentRequirements requirements, ResourceInfo resource)
            throws FacilitatorException;

    /**
     * Asks which kinds of payment are handled.
     * @return the kinds
     * @throws FacilitatorException if there was no answer
     */
    List<SupportedKind> supported() throws FacilitatorException;

    /**
     * Asks a question that no payer can influence. Called at most once in five seconds
     * after a call failed in a way that a payment may have caused, to find out whether
     * the facilitator works. Asks for {@link #supported()} by default; a facilitator that
     * knows its kinds without I/O asks what it depends on instead.
     * @param network the network of the call that failed
     * @throws FacilitatorException if there was no answer
     */
    default void probe(Network network) throws FacilitatorException {
        supported();
    }

    /**
     * Checks, without I/O, that calls are made now. Called before a handler runs for a
     * payment that is not verified by this facilitator.
     * @throws FacilitatorNotAskedException if none are
     */
    default void checkAsked() throws FacilitatorNotAskedException {
    }

    /**
     * Tells, without asking anybody, whether payments on a network may be settled at all.
     * Endpoints that sell elsewhere stop the application's start.
     * @param network the network
     * @return {@code false} if they certainly cannot; {@code true} by default
     */
    default boolean mayServe(Network network) {
        return true;
    }

    /**
     * Tells what a settlement does. A facilitator that calls another one passes on what
     * that one says.
     * @return the effect; {@link Effect#REAL} by default
     */
    default Effect effect() {
        return Effect.REAL;
    }

    /**
     * Effect of a settlement.
     */
    enum Effect {

        /** It moves money. */
        REAL,

        /** It moves nothing, and responses have to say so. */
        SIMULATED,

        /** There is none: nothing is settled, and a payment is refused with 501. */
        NONE

    }

}
