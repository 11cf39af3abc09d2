package io.github.x402spring.client;

import org.springframework.util.Assert;
import org.web3j.crypto.Credentials;
import org.web3j.crypto.Keys;
import org.web3j.crypto.Sign;

/**
 * Payment signer with a private key in memory. The text form shows the address only.
 *
 * @since 0.1.0
 */
public final class CredentialsPaymentSigner implements PaymentSigner {

    private final Credentials credentials;

    private final String address;

    /**
     * Creates a signer.
     * @param credentials the key
     */
    public CredentialsPaymentSigner(Credentials credentials) {
        Assert.notNull(credentials, "'credentials' must not be null");
        this.credentials = credentials;
        this.address = Keys.toChecksumAddress(credentials.getAddress());
    }

    @Override
    public String address() {
        return this.address;
    }

    @Override
    public byte[] sign(byte[] digest) {
        Assert.isTrue(digest.length == 32, "'digest' must have 32 bytes");
        Sign.SignatureData signature = Sign.signMessage(digest, this.credentials.getEcKeyPair(), false);
        byte[] bytes = new byte[65];
        System.arraycopy(signature.getR(), 0, bytes, 0, 32);
        System.arraycopy(signature.getS(), 0, bytes, 32, 32);
        bytes[64] = signature.getV()[0];
        return bytes;
    }

    @Override
    public String toString() {
        return "CredentialsPaymentSigner[" + this.address + "]";
    }

}
