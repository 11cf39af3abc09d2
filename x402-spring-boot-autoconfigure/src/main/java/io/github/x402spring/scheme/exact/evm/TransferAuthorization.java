package io.github.x402spring.scheme.exact.evm;

import java.math.BigInteger;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.protocol.TokenAmount;

/**
 * Authorization by which a payer allows a single transfer of tokens, whichever account
 * sends it, in normal form: two encodings of one authorization are equal.
 *
 * @param from the payer
 * @param to the recipient
 * @param value the number of atomic units
 * @param validAfter the second since the epoch after which it is valid
 * @param validBefore the second since the epoch before which it is valid
 * @param nonce {@code 0x} and 64 hex digits in lower case
 * @since 0.1.0
 * @see <a href="https://eips.ethereum.org/EIPS/eip-3009">EIP-3009</a>
 */
public record TransferAuthorization(EvmAddress from, EvmAddress to, BigInteger value, BigInteger validAfter,
        BigInteger validBefore, String nonce) {

    private static final int NONCE_DIGITS = 64;

    private static final Eip3009Hasher HASHER = new Eip3009Hasher();

    public TransferAuthorization {
        Objects.requireNonNull(from, "'from' must not be null");
        Objects.requireNonNull(to, "'to' must not be null");
        requireUint256(value, "value");
        requireUint256(validAfter, "validAfter");
        requireUint256(validBefore, "validBefore");
        Objects.requireNonNull(nonce, "'nonce' must not be null");
        if (!HexText.matches(nonce, NONCE_DIGITS)) {
            throw new IllegalArgumentException("'nonce' must be 0x and 64 hex digits");
        }
        nonce = nonce.toLowerCase(Locale.ROOT);
    }

    /**
     * Reads the wire form: text members only, amounts and times as plain decimal numbers
     * that fit uint256. Members that EIP-3009 does not have are ignored.
     * @param tree the tree below {@code authorization}
     * @return the authorization, or empty if the tree has another form
     */
    public static Optional<TransferAuthorization> tryParse(Map<?, ?> tree) {
        EvmAddress from = EvmAddress.tryParse(text(tree, "from")).orElse(null);
        EvmAddress to = EvmAddress.tryParse(text(tree, "to")).orElse(null);
        BigInteger value = uint256(tree, "value");
        BigInteger validAfter = uint256(tree, "validAfter");
        BigInteger validBefore = uint256(tree, "validBefore");
        String nonce = text(tree, "nonce");
        if (from == null || to == null || value == null || validAfter == null || validBefore == null || nonce == null
                || !HexText.matches(nonce, NONCE_DIGITS)) {
            return Optional.empty();
        }
        return Optional.of(new TransferAuthorization(from, to, value, validAfter, validBefore, nonce));
    }

    /**
     * Computes the hash that the payer signs.
     * @param domain the token for which the signature is valid
     * @return 32 bytes
     */
    public byte[] digest(Eip712Domain domain) {
        return HASHER.digest(domain, this);
    }

    private static @Nullable BigInteger uint256(Map<?, ?> tree, String name) {
        String text = text(tree, name);
        return (text != null) ? TokenAmount.tryParse(text).map(TokenAmount::value).orElse(null) : null;
    }

    private static @Nullable String text(Map<?, ?> tree, String name) {
        return (tree.get(name) instanceof String text) ? text : null;
    }

    private static void requireUint256(BigInteger number, String name) {
        Objects.requireNonNull(number, () -> "'" + name + "' must not be null");
        if (number.signum() < 0 || number.bitLength() > 256) {
            throw new IllegalArgumentException("'" + name + "' must fit uint256");
        }
    }

}
