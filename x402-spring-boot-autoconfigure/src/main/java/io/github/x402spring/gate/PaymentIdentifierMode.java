package io.github.x402spring.gate;

/**
 * Says whether clients name their purchases, so that a second payment for the same one is
 * not charged.
 *
 * @since 0.1.0
 * @see PaymentIdentifierExtension
 */
public enum PaymentIdentifierMode {

    /** Names are neither declared nor looked at. */
    OFF,

    /** A client may name a purchase. */
    OPTIONAL,

    /** A payment without the name of its purchase is refused. */
    REQUIRED

}
