package io.github.x402spring.client;

/**
 * Signer of payments for one externally owned account. Called once per payment, after the
 * {@link PaymentPolicy} allowed it. Implementations are thread-safe, and neither their
 * text form nor their exceptions show the key.
 *
 * @since 0.1.0
 * @see CredentialsPaymentSigner
 */
public interface PaymentSigner {

    /**
     * Returns the account that pays.
     * @return the address, checksummed as EIP-55 prescribes
     */
    String address();

    /**
     * Signs the EIP-712 digest of a transfer. An exception of this method reaches the
     * caller of the client as it is; nothing has been paid then.
     * @param digest the 32 bytes to sign, without any prefix
     * @return 65 bytes: r, the low s, and v as 27 or 28, or as 0 or 1
     */
    byte[] sign(byte[] digest);

}
