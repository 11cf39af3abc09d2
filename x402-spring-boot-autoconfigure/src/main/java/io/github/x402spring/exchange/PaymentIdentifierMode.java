package io.github.x402spring.exchange;

/**
 * Rule whether clients name their purchases, so that a second payment for the same one is
 * not charged.
 *
 * @since 0.1.0
 * @see <a href="https://github.com/x402-foundation/x402/tree/main/specs">x402 version 2,
 * payment-identifier</a>
 */
public enum PaymentIdentifierMode {

    /** Names are neither declared nor looked at. */
    OFF,

    /** A client may name a purchase. */
    OPTIONAL,

    /** A payment without the name of its purchase is refused. */
    REQUIRED

}
