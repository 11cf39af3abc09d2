package io.github.x402spring.scheme.exact.evm;

import java.util.HexFormat;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

/**
 * Signature of a wallet. Immutable.
 * <p>
 * Hardware wallets end the signature of a key in 0 or 1, which no token accepts and other
 * facilitators pass on: such a signature gets 27 or 28 once it is known to be the key's.
 * The signature of a contract wallet may have the same length and is never changed.
 *
 * @since 0.1.0
 */
public final class WalletSignature {

    private static final int V = EcdsaSignature.LENGTH - 1;

    private static final int V_OFFSET = 27;

    private final byte[] bytes;

    private WalletSignature(byte[] bytes) {
        this.bytes = bytes;
    }

    /**
     * Creates a signature.
     * @param bytes the signature as the wallet made it
     * @return the signature
     */
    public static WalletSignature of(byte[] bytes) {
        return new WalletSignature(bytes.clone());
    }

    /**
     * Reads a signature from the wire.
     * @param value the value of a JSON member, or {@code null} if it is absent
     * @return the signature; empty if the value is not text with {@code 0x} and pairs of
     * hex digits
     */
    public static Optional<WalletSignature> tryParse(@Nullable Object value) {
        if (!(value instanceof String text) || !text.startsWith("0x")) {
            return Optional.empty();
        }
        try {
            return Optional.of(new WalletSignature(HexFormat.of().parseHex(text, 2, text.length())));
        }
        catch (IllegalArgumentException ex) {
            return Optional.empty();
        }
    }

    /** Reads a signature only if it ends in 0 or 1, which few do. */
    static Optional<WalletSignature> tryParseZeroBased(@Nullable Object value) {
        return (value instanceof String text && (text.endsWith("00") || text.endsWith("01")))
                ? tryParse(text).filter(WalletSignature::zeroBased) : Optional.empty();
    }

    /**
     * Checks whether the key of an account made this signature.
     * @param signer the account
     * @param digest the 32 bytes that were signed
     * @param recovery the recovery of signers
     * @return the signature in the form that tokens accept; empty if it is not the key's
     */
    public Optional<WalletSignature> madeBy(EvmAddress signer, byte[] digest, SignatureRecovery recovery) {
        if (this.bytes.length != EcdsaSignature.LENGTH) {
            return Optional.empty();
        }
        WalletSignature form = keyForm();
        return recovery.recover(digest, form.bytes).filter(signer::equals).map((account) -> form);
    }

    /**
     * Returns a signature that a key certainly made, in the form that tokens accept.
     * @return this signature, with 27 or 28 in the place of 0 or 1 at its end
     */
    public WalletSignature keyForm() {
        if (!zeroBased()) {
            return this;
        }
        byte[] copy = this.bytes.clone();
        copy[V] += V_OFFSET;
        return new WalletSignature(copy);
    }

    boolean zeroBased() {
        return this.bytes.length == EcdsaSignature.LENGTH && (this.bytes[V] == 0 || this.bytes[V] == 1);
    }

    int length() {
        return this.bytes.length;
    }

    /**
     * Returns the bytes.
     * @return a new array
     */
    public byte[] bytes() {
        return this.bytes.clone();
    }

    /**
     * Returns the form that goes over the wire.
     * @return {@code 0x} and pairs of hex digits in lower case
     */
    public String toHex() {
        return "0x" + HexFormat.of().formatHex(this.bytes);
    }

    /**
     * Returns no byte of the signature.
     */
    @Override
    public String toString() {
        return "WalletSignature[" + this.bytes.length + " bytes]";
    }

}
