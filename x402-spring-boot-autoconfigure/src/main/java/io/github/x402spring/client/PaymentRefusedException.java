package io.github.x402spring.client;

import java.util.List;

import org.springframework.web.client.RestClientException;

/**
 * Exception for a payment that a server asked for and the {@link PaymentPolicy} does not
 * allow. Nothing was signed. The message names the reason for each of the first twenty
 * ways to pay, amounts in whole tokens, and never a signature or key.
 *
 * @since 0.1.0
 */
public final class PaymentRefusedException extends RestClientException {

    private static final long serialVersionUID = 1L;

    private final List<Reason> reasons;

    PaymentRefusedException(String message, List<Reason> reasons) {
        super(message);
        this.reasons = List.copyOf(reasons);
    }

    /**
     * Returns why nothing was paid.
     * @return one reason for each way to pay, in the server's order, or a single one that
     * holds for all of them
     */
    public List<Reason> reasons() {
        return this.reasons;
    }

    /**
     * Reason for which a payment was refused.
     */
    public enum Reason {

        /** The request's own origin is not allowed. */
        ORIGIN,

        /** The terms name a resource of another origin, and the policy compares them. */
        RESOURCE_ORIGIN,

        /** The terms ask for a kind of payment that this client does not sign. */
        UNSUPPORTED,

        /** The entry of the terms cannot be read. */
        UNREADABLE,

        /** The network is not allowed. */
        NETWORK,

        /** The asset is not allowed on its network. */
        ASSET,

        /** The token's EIP-712 name or version is missing or is not the known one. */
        EIP712_DOMAIN,

        /** The amount is more than the limit. */
        AMOUNT,

        /** The prepared payment belongs to another request. */
        OTHER_REQUEST

    }

    /**
     * Reason why one way to pay is not taken; the text quotes only parsed values.
     */
    record Refusal(Reason reason, String text) {

    }

}
