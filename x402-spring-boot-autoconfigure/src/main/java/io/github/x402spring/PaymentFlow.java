package io.github.x402spring;

/**
 * Time at which a payment is settled.
 *
 * @since 0.1.0
 * @see <a href="https://github.com/x402-foundation/x402/tree/main/specs">x402 version 2,
 * payment flows</a>
 */
public enum PaymentFlow {

    /**
     * Verify, run the handler, settle, deliver. A refusal or a failure is never charged.
     */
    AUTHORIZATION("authorization"),

    /**
     * Settle, run the handler, deliver. For handlers whose effects cannot be undone: they
     * run for paid requests only, and the payment stays settled when they fail. Announced
     * to the client in {@code extra.paymentFlow}.
     */
    UPFRONT("upfront");

    private final String wireName;

    PaymentFlow(String wireName) {
        this.wireName = wireName;
    }

    /**
     * Returns the protocol's name of the flow.
     * @return the name
     */
    public String wireName() {
        return this.wireName;
    }

}
