package io.github.x402spring.facilitator.evm;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.scheme.exact.evm.EvmAddress;

/**
 * Deployment of a smart wallet, which wraps the signature of a wallet that does not exist
 * yet.
 *
 * @param factory the contract that deploys the wallet
 * @param data the data of the call
 * @see <a href="https://eips.ethereum.org/EIPS/eip-6492">ERC-6492</a>
 */
record WalletDeployment(EvmAddress factory, byte[] data) {

    private static final int WORD = 32;

    private static final byte[] MAGIC = HexFormat.of().parseHex("6492".repeat(16));

    /**
     * Unwraps a signature.
     * @param signature the signature as it was sent
     * @return its parts; empty if it is wrapped and cannot be read
     */
    static Optional<Unwrapped> unwrap(byte[] signature) {
        int length = signature.length - WORD;
        if (length < 0 || !Arrays.equals(signature, length, signature.length, MAGIC, 0, WORD)) {
            return Optional.of(new Unwrapped(null, signature));
        }
        byte[] body = Arrays.copyOf(signature, length);
        byte[] address = word(body, 0);
        byte[] data = bytes(body, word(body, 1));
        byte[] inner = bytes(body, word(body, 2));
        if (address == null || data == null || inner == null) {
            return Optional.empty();
        }
        EvmAddress factory = new EvmAddress("0x" + HexFormat.of().formatHex(address, 12, WORD));
        return Optional.of(new Unwrapped(new WalletDeployment(factory, data), inner));
    }

    private static byte @Nullable [] word(byte[] body, int index) {
        int start = index * WORD;
        return (start + WORD <= body.length) ? Arrays.copyOfRange(body, start, start + WORD) : null;
    }

    private static byte @Nullable [] bytes(byte[] body, byte @Nullable [] offset) {
        int start = within(offset, body.length - WORD);
        if (start < 0) {
            return null;
        }
        byte[] size = Arrays.copyOfRange(body, start, start + WORD);
        int length = within(size, body.length - WORD - start);
        return (length >= 0) ? Arrays.copyOfRange(body, start + WORD, start + WORD + length) : null;
    }

    private static int within(byte @Nullable [] word, int bound) {
        BigInteger number = (word != null) ? new BigInteger(1, word) : BigInteger.TEN.negate();
        return (number.signum() >= 0 && number.bitLength() < 31 && number.intValue() <= bound) ? number.intValue() : -1;
    }

    /**
     * Signature without its wrapping.
     *
     * @param deployment how to deploy the wallet, or {@code null} if it was not wrapped
     * @param signature the signature that the wallet checks
     */
    record Unwrapped(@Nullable WalletDeployment deployment, byte[] signature) {
    }

}
