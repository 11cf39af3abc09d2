package io.github.x402spring.envelope;

/**
 * Names of the attributes in which a server's request carries what is known of it, from
 * one part of this library to another.
 *
 * @since 0.1.0
 */
public final class EnvelopeAttributes {

    /** The {@link RequestIds}, once made. */
    public static final String REQUEST_IDS = RequestIds.class.getName();

    /**
     * Present if the payment was charged or may have been: a denial that knows nothing of
     * the payment must not say the opposite.
     */
    public static final String CHARGE = EnvelopeAttributes.class.getName() + ".CHARGE";

    /**
     * Present if a filter further outside writes the body of a refusal, which gets a
     * status without an envelope.
     */
    public static final String STATUS_ONLY = EnvelopeAttributes.class.getName() + ".STATUS_ONLY";

    private EnvelopeAttributes() {
    }

}
