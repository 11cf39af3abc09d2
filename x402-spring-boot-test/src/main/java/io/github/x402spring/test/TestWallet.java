package io.github.x402spring.test;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.HexFormat;

import org.jspecify.annotations.Nullable;
import org.springframework.util.Assert;
import org.web3j.crypto.ECKeyPair;
import org.web3j.crypto.Hash;
import org.web3j.crypto.Keys;
import org.web3j.crypto.Sign;

import io.github.x402spring.client.PaymentSigner;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.scheme.exact.evm.EvmAddress;

/**
 * Wallet for tests: an externally owned account that signs for any EVM network. A named
 * wallet is the same in every run; its key is known to everyone who has read this class,
 * so it must never hold funds that are worth anything.
 * <p>
 * {@link MockFacilitator} funds every wallet unless a test sets its balance. Two wallets
 * with the same address are equal. Thread-safe.
 *
 * @since 0.1.0
 */
public final class TestWallet implements PaymentSigner {

    private static final BigInteger CURVE_ORDER = new BigInteger(
            "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141", 16);

    private static final SecureRandom RANDOM = new SecureRandom();

    private final ECKeyPair keys;

    private final String address;

    private TestWallet(BigInteger privateKey) {
        this.keys = ECKeyPair.create(privateKey);
        this.address = EvmAddress.parse("0x" + Keys.getAddress(this.keys)).checksummed();
    }

    /**
     * Creates a wallet with a random key.
     * @return a new wallet
     */
    public static TestWallet create() {
        return ofSeed(randomBytes());
    }

    /**
     * Returns the wallet of a name: the same name has the same address in every run.
     * @param name any text
     * @return the wallet
     */
    public static TestWallet named(String name) {
        return ofSeed(("x402 test wallet " + name).getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Returns the wallet of a private key, such as one that a development chain funds.
     * @param hex 64 hex digits, with or without {@code 0x}
     * @return the wallet
     * @throws IllegalArgumentException if the text is not a key; the message does not
     * quote it
     */
    public static TestWallet ofPrivateKey(String hex) {
        Assert.isTrue(EvmAddress.looksLikePrivateKey(hex), "'hex' must be 64 hex digits, with or without 0x");
        String digits = hex.strip();
        BigInteger key = new BigInteger(digits.substring(digits.length() - 64), 16);
        Assert.isTrue(key.signum() > 0 && key.compareTo(CURVE_ORDER) < 0, "'hex' must be a private key of secp256k1");
        return new TestWallet(key);
    }

    private static TestWallet ofSeed(byte[] seed) {
        BigInteger number = new BigInteger(1, sha256(seed));
        return new TestWallet(number.mod(CURVE_ORDER.subtract(BigInteger.ONE)).add(BigInteger.ONE));
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        }
        catch (NoSuchAlgorithmException ex) {
            throw new IllegalStateException("Every Java platform has SHA-256", ex);
        }
    }

    private static byte[] randomBytes() {
        byte[] bytes = new byte[32];
        RANDOM.nextBytes(bytes);
        return bytes;
    }

    /**
     * Returns a random nonce for an EIP-3009 authorization.
     * @return {@code 0x} and 64 hex digits
     */
    public static String randomNonce() {
        return "0x" + HexFormat.of().formatHex(randomBytes());
    }

    /**
     * Returns the address of this wallet.
     * @return the address, checksummed as EIP-55 prescribes
     */
    @Override
    public String address() {
        return this.address;
    }

    @Override
    public byte[] sign(byte[] digest) {
        Assert.isTrue(digest.length == 32, "'digest' must have 32 bytes");
        Sign.SignatureData signature = Sign.signMessage(digest, this.keys, false);
        byte[] bytes = new byte[65];
        System.arraycopy(signature.getR(), 0, bytes, 0, 32);
        System.arraycopy(signature.getS(), 0, bytes, 32, 32);
        bytes[64] = signature.getV()[0];
        return bytes;
    }

    /**
     * Signs a text as wallets sign a message, for a sign-in for instance.
     * @param text the text
     * @return the 65 bytes of the signature
     * @see <a href="https://eips.ethereum.org/EIPS/eip-191">EIP-191</a>
     */
    public byte[] signMessage(String text) {
        byte[] message = text.getBytes(StandardCharsets.UTF_8);
        byte[] prefix = ("\u0019Ethereum Signed Message:\n" + message.length).getBytes(StandardCharsets.US_ASCII);
        byte[] all = new byte[prefix.length + message.length];
        System.arraycopy(prefix, 0, all, 0, prefix.length);
        System.arraycopy(message, 0, all, prefix.length, message.length);
        return sign(Hash.sha3(all));
    }

    /**
     * Drafts a payment under the given terms: valid at once, until the terms'
     * {@code maxTimeoutSeconds} have passed, with a random nonce. For whatever
     * {@link TestPayment} has no word for.
     * @param requirements the terms
     * @param now the time of the application's clock
     * @return the draft, to change and to sign
     */
    public PaymentDraft pay(PaymentRequirements requirements, Instant now) {
        return new PaymentDraft(this, requirements, now);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof TestWallet wallet && this.address.equals(wallet.address);
    }

    @Override
    public int hashCode() {
        return this.address.hashCode();
    }

    @Override
    public String toString() {
        return "TestWallet[" + this.address + "]";
    }

}
