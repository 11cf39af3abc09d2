package io.github.x402spring.test;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;

import org.jspecify.annotations.Nullable;
import org.web3j.crypto.StructuredDataEncoder;
import tools.jackson.databind.json.JsonMapper;

import io.github.x402spring.codec.PaymentHeaderCodec;
import io.github.x402spring.protocol.PaymentPayload;
import io.github.x402spring.protocol.PaymentRequirements;

/**
 * Builder of a payment, for tests that need control over each of its members:
 * {@code wallet.pay(terms, now).with("value", "1").header()}.
 * <ul>
 * <li>{@link #with} changes what is signed; {@link #tamper} changes what was signed.</li>
 * <li>The digest is computed by web3j's encoder, so that a test shares no code with the
 * library that it tests.</li>
 * <li>Each look at the payment ({@link #payload()}, {@link #header()}, …) signs what the
 * draft holds at that moment; the nonce stays.</li>
 * </ul>
 * Mutable, and not thread-safe.
 *
 * @since 0.1.0
 * @see TestWallet#pay
 */
public final class PaymentDraft {

    private static final BigInteger CURVE_ORDER = new BigInteger(
            "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141", 16);

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private static final PaymentHeaderCodec CODEC = new PaymentHeaderCodec(64 * 1024);

    private final Map<String, Object> signed = new LinkedHashMap<>();

    private final Map<String, @Nullable Object> tampered = new LinkedHashMap<>();

    private final Map<String, @Nullable Object> extensions = new LinkedHashMap<>();

    private final PaymentRequirements requirements;

    private Map<String, ?> accepted;

    private TestWallet signer;

    private String domainName;

    private String domainVersion;

    private BigInteger chainId;

    private String contract;

    private @Nullable Map<String, ?> resource;

    private UnaryOperator<byte[]> signature = UnaryOperator.identity();

    PaymentDraft(TestWallet wallet, PaymentRequirements requirements, Instant now) {
        this.requirements = requirements;
        this.accepted = requirements.toMap();
        this.signer = wallet;
        this.domainName = requirements.extraText("name").orElse("");
        this.domainVersion = requirements.extraText("version").orElse("");
        this.chainId = requirements.network().chainId();
        this.contract = requirements.asset();
        this.signed.put("from", wallet.address());
        this.signed.put("to", requirements.payTo());
        this.signed.put("value", requirements.amount().toString());
        this.signed.put("validAfter", "0");
        this.signed.put("validBefore", Long.toString(now.getEpochSecond() + requirements.maxTimeoutSeconds()));
        this.signed.put("nonce", TestWallet.randomNonce());
    }

    /**
     * Changes a member of the authorization before it is signed.
     * @param name {@code from}, {@code to}, {@code value}, {@code validAfter},
     * {@code validBefore} or {@code nonce}
     * @param value the value as it goes over the wire
     * @return this draft
     */
    public PaymentDraft with(String name, String value) {
        this.signed.put(name, value);
        return this;
    }

    /**
     * Sets the nonce.
     * @param nonce {@code 0x} and 64 hex digits
     * @return this draft
     */
    public PaymentDraft nonce(String nonce) {
        return with("nonce", nonce);
    }

    /**
     * Sets the end of the authorization's validity.
     * @param validBefore the first second in which it is no longer valid
     * @return this draft
     */
    public PaymentDraft validBefore(Instant validBefore) {
        return with("validBefore", Long.toString(validBefore.getEpochSecond()));
    }

    /**
     * Sets the beginning of the authorization's validity.
     * @param validAfter the last second in which it is not yet valid
     * @return this draft
     */
    public PaymentDraft validAfter(Instant validAfter) {
        return with("validAfter", Long.toString(validAfter.getEpochSecond()));
    }

    /**
     * Has another wallet sign; the authorization still names the first one.
     * @param other the wallet that signs
     * @return this draft
     */
    public PaymentDraft signedBy(TestWallet other) {
        this.signer = other;
        return this;
    }

    /**
     * Sets name and version of the EIP-712 domain.
     * @param name the token's name
     * @param version the token's version
     * @return this draft
     */
    public PaymentDraft domain(String name, String version) {
        this.domainName = name;
        this.domainVersion = version;
        return this;
    }

    /**
     * Sets the chain of the EIP-712 domain.
     * @param chainId the chain's id
     * @return this draft
     */
    public PaymentDraft chainId(long chainId) {
        return chainId(BigInteger.valueOf(chainId));
    }

    /**
     * Sets the chain of the EIP-712 domain.
     * @param chainId the chain's id
     * @return this draft
     */
    public PaymentDraft chainId(BigInteger chainId) {
        this.chainId = chainId;
        return this;
    }

    /**
     * Sets the contract of the EIP-712 domain.
     * @param contract the token's address
     * @return this draft
     */
    public PaymentDraft verifyingContract(String contract) {
        this.contract = contract;
        return this;
    }

    /**
     * Replaces the signature by its equal with the high s, which tokens refuse.
     * @return this draft
     */
    public PaymentDraft highS() {
        return reworkSignature(PaymentDraft::highS);
    }

    /**
     * Ends the signature with 0 or 1 in place of 27 or 28, as some wallets do.
     * @return this draft
     */
    public PaymentDraft zeroBasedV() {
        return reworkSignature(PaymentDraft::zeroBasedV);
    }

    /**
     * Replaces the signature.
     * @param bytes the bytes, of any length
     * @return this draft
     */
    public PaymentDraft signature(byte[] bytes) {
        byte[] copy = bytes.clone();
        return reworkSignature((present) -> copy);
    }

    /**
     * Changes the signature after it was made.
     * @param change receives the 65 bytes of the wallet's signature
     * @return this draft
     */
    public PaymentDraft reworkSignature(UnaryOperator<byte[]> change) {
        this.signature = change;
        return this;
    }

    /**
     * Changes a member of the authorization, or {@code signature}, after it was signed.
     * @param name the member's name
     * @param value the value to send in its place; {@code null} removes the member
     * @return this draft
     */
    public PaymentDraft tamper(String name, @Nullable Object value) {
        this.tampered.put(name, value);
        return this;
    }

    /**
     * Sets the terms that the payment says to accept.
     * @param accepted the terms as they go over the wire
     * @return this draft
     */
    public PaymentDraft accepted(Map<String, ?> accepted) {
        this.accepted = accepted;
        return this;
    }

    /**
     * Sets the resource that the payment names; none is named otherwise.
     * @param resource the resource as it goes over the wire
     * @return this draft
     */
    public PaymentDraft resource(Map<String, ?> resource) {
        this.resource = resource;
        return this;
    }

    /**
     * Adds an extension to the payment.
     * @param name the extension's name
     * @param value the extension as it goes over the wire
     * @return this draft
     */
    public PaymentDraft extension(String name, Object value) {
        this.extensions.put(name, value);
        return this;
    }

    /**
     * Computes the EIP-712 digest that is signed.
     * @return 32 bytes
     */
    public byte[] digest() {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("types",
                Map.of("EIP712Domain", List.of(member("name", "string"), member("version", "string"),
                        member("chainId", "uint256"), member("verifyingContract", "address")),
                        "TransferWithAuthorization",
                        List.of(member("from", "address"), member("to", "address"), member("value", "uint256"),
                                member("validAfter", "uint256"), member("validBefore", "uint256"),
                                member("nonce", "bytes32"))));
        data.put("primaryType", "TransferWithAuthorization");
        data.put("domain", Map.of("name", this.domainName, "version", this.domainVersion, "chainId", this.chainId,
                "verifyingContract", this.contract));
        data.put("message", this.signed);
        try {
            return new StructuredDataEncoder(JSON.writeValueAsString(data)).hashStructuredData();
        }
        catch (IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    private static Map<String, String> member(String name, String type) {
        return Map.of("name", name, "type", type);
    }

    /**
     * Signs, and lays out the part of the scheme, which is the same in both versions.
     * @return the tree below {@code payload}
     */
    public Map<String, @Nullable Object> schemePayload() {
        byte[] bytes = this.signature.apply(this.signer.sign(digest()));
        Map<String, @Nullable Object> authorization = new LinkedHashMap<>(this.signed);
        Map<String, @Nullable Object> payload = new LinkedHashMap<>();
        payload.put("authorization", authorization);
        payload.put("signature", "0x" + HexFormat.of().formatHex(bytes));
        this.tampered.forEach((name, value) -> {
            Map<String, @Nullable Object> target = "signature".equals(name) ? payload : authorization;
            if (value == null) {
                target.remove(name);
            }
            else {
                target.put(name, value);
            }
        });
        return payload;
    }

    /**
     * Signs, and lays out the message of version 2.
     * @return a new tree
     */
    public Map<String, @Nullable Object> tree() {
        Map<String, @Nullable Object> tree = new LinkedHashMap<>();
        tree.put("x402Version", BigInteger.TWO);
        tree.put("payload", schemePayload());
        if (!this.extensions.isEmpty()) {
            tree.put("extensions", this.extensions);
        }
        if (this.resource != null) {
            tree.put("resource", this.resource);
        }
        tree.put("accepted", this.accepted);
        return tree;
    }

    /**
     * Signs, and lays out the message of version 1.
     * @return a new tree
     * @throws IllegalStateException if version 1 has no name for the network
     */
    public Map<String, @Nullable Object> v1Tree() {
        Map<String, @Nullable Object> tree = new LinkedHashMap<>();
        tree.put("x402Version", BigInteger.ONE);
        tree.put("scheme", this.requirements.scheme());
        tree.put("network", this.requirements.network()
            .v1Name()
            .orElseThrow(
                    () -> new IllegalStateException("x402 version 1 has no name for " + this.requirements.network())));
        tree.put("payload", schemePayload());
        return tree;
    }

    /**
     * Signs, and returns the payment of version 2.
     * @return the payment
     */
    public PaymentPayload payload() {
        return new PaymentPayload(2, tree());
    }

    /**
     * Signs, and returns the payment of version 1.
     * @return the payment
     */
    public PaymentPayload v1Payload() {
        return new PaymentPayload(1, v1Tree());
    }

    /**
     * Signs, and encodes the payment of version 2.
     * @return the value of {@code PAYMENT-SIGNATURE}
     */
    public String header() {
        return CODEC.encode(tree());
    }

    /**
     * Signs, and encodes the payment of version 1.
     * @return the value of {@code X-PAYMENT}
     */
    public String v1Header() {
        return CODEC.encode(v1Tree());
    }

    private static byte[] highS(byte[] signature) {
        byte[] bytes = signature.clone();
        BigInteger s = new BigInteger(1, signature, 32, 32);
        byte[] high = HexFormat.of().parseHex(String.format(Locale.ROOT, "%064x", CURVE_ORDER.subtract(s)));
        System.arraycopy(high, 0, bytes, 32, 32);
        bytes[64] = (byte) (27 + 28 - signature[64]);
        return bytes;
    }

    private static byte[] zeroBasedV(byte[] signature) {
        byte[] bytes = signature.clone();
        bytes[64] = (byte) (signature[64] - 27);
        return bytes;
    }

    /**
     * Shows nothing that could be settled.
     */
    @Override
    public String toString() {
        return "PaymentDraft[" + this.requirements.network() + "]";
    }

}
