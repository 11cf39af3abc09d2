package io.github.x402spring.scheme.exact.evm;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;

import org.jspecify.annotations.Nullable;
import org.web3j.crypto.ECKeyPair;
import org.web3j.crypto.Keys;
import org.web3j.crypto.Sign;
import org.web3j.crypto.StructuredDataEncoder;
import tools.jackson.databind.json.JsonMapper;

import io.github.x402spring.client.PaymentSigner;
import io.github.x402spring.codec.PaymentHeaderCodec;
import io.github.x402spring.protocol.PaymentPayload;
import io.github.x402spring.protocol.PaymentRequirements;

/**
 * Pays in tests. Hashes with web3j's encoder, so that it shares no code with what it
 * tests.
 */
public final class TestWallet implements PaymentSigner {

    private static final BigInteger CURVE_ORDER = new BigInteger(
            "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141", 16);

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private static final PaymentHeaderCodec CODEC = new PaymentHeaderCodec(64 * 1024);

    private static final SecureRandom RANDOM = new SecureRandom();

    private final ECKeyPair keys;

    private final String address;

    private TestWallet(BigInteger privateKey) {
        this.keys = ECKeyPair.create(privateKey);
        this.address = Keys.toChecksumAddress(Keys.getAddress(this.keys));
    }

    /**
     * Opens a wallet whose key is a small number: the same wallet for the same number.
     */
    public static TestWallet numbered(long number) {
        return new TestWallet(BigInteger.valueOf(number).add(BigInteger.ONE.shiftLeft(128)));
    }

    public static TestWallet ofPrivateKey(String hex) {
        return new TestWallet(new BigInteger(hex.startsWith("0x") ? hex.substring(2) : hex, 16));
    }

    public static TestWallet random() {
        return new TestWallet(new BigInteger(250, RANDOM).add(BigInteger.ONE));
    }

    public static String randomNonce() {
        byte[] nonce = new byte[32];
        RANDOM.nextBytes(nonce);
        return "0x" + HexFormat.of().formatHex(nonce);
    }

    /** Checksummed. */
    @Override
    public String address() {
        return this.address;
    }

    /**
     * Prepares a payment under the given terms: validAfter 0, validBefore the time of
     * settlement from now, a random nonce.
     */
    public Payment pay(PaymentRequirements requirements, Instant now) {
        return new Payment(this, requirements, now);
    }

    @Override
    public byte[] sign(byte[] digest) {
        Sign.SignatureData signature = Sign.signMessage(digest, this.keys, false);
        byte[] bytes = new byte[65];
        System.arraycopy(signature.getR(), 0, bytes, 0, 32);
        System.arraycopy(signature.getS(), 0, bytes, 32, 32);
        bytes[64] = signature.getV()[0];
        return bytes;
    }

    /** The same signature as the curve sees it; a token refuses it. */
    public static byte[] highS(byte[] signature) {
        byte[] bytes = signature.clone();
        BigInteger s = new BigInteger(1, signature, 32, 32);
        byte[] high = HexFormat.of().parseHex(String.format(Locale.ROOT, "%064x", CURVE_ORDER.subtract(s)));
        System.arraycopy(high, 0, bytes, 32, 32);
        bytes[64] = (byte) (27 + 28 - signature[64]);
        return bytes;
    }

    /** The same signature with 0 or 1 at its end; a token refuses it. */
    public static byte[] zeroBasedV(byte[] signature) {
        byte[] bytes = signature.clone();
        bytes[64] = (byte) (signature[64] - 27);
        return bytes;
    }

    static byte[] digest(String name, String version, BigInteger chainId, String contract,
            Map<String, ?> authorization) {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("types",
                Map.of("EIP712Domain", List.of(member("name", "string"), member("version", "string"),
                        member("chainId", "uint256"), member("verifyingContract", "address")),
                        "TransferWithAuthorization",
                        List.of(member("from", "address"), member("to", "address"), member("value", "uint256"),
                                member("validAfter", "uint256"), member("validBefore", "uint256"),
                                member("nonce", "bytes32"))));
        data.put("primaryType", "TransferWithAuthorization");
        data.put("domain", Map.of("name", name, "version", version, "chainId", chainId, "verifyingContract", contract));
        data.put("message", authorization);
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
     * Is a payment in the making. What is changed before the first look at it is signed;
     * {@link #tamper} changes what was signed.
     */
    public static final class Payment {

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

        private @Nullable Map<String, Object> resource;

        private UnaryOperator<byte[]> signature = (bytes) -> bytes;

        private Payment(TestWallet wallet, PaymentRequirements requirements, Instant now) {
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
            this.signed.put("nonce", randomNonce());
        }

        /**
         * Changes a member of the authorization before it is signed.
         */
        public Payment with(String name, String value) {
            this.signed.put(name, value);
            return this;
        }

        public Payment nonce(String nonce) {
            return with("nonce", nonce);
        }

        public Payment validBefore(Instant validBefore) {
            return with("validBefore", Long.toString(validBefore.getEpochSecond()));
        }

        public Payment validAfter(Instant validAfter) {
            return with("validAfter", Long.toString(validAfter.getEpochSecond()));
        }

        /** The authorization still names this wallet. */
        public Payment signedBy(TestWallet other) {
            this.signer = other;
            return this;
        }

        public Payment domain(String name, String version) {
            this.domainName = name;
            this.domainVersion = version;
            return this;
        }

        public Payment chainId(long chainId) {
            this.chainId = BigInteger.valueOf(chainId);
            return this;
        }

        public Payment verifyingContract(String contract) {
            this.contract = contract;
            return this;
        }

        public Payment highS() {
            return reworkSignature(TestWallet::highS);
        }

        public Payment zeroBasedV() {
            return reworkSignature(TestWallet::zeroBasedV);
        }

        public Payment signature(byte[] bytes) {
            return reworkSignature((present) -> bytes);
        }

        public Payment reworkSignature(UnaryOperator<byte[]> change) {
            this.signature = change;
            return this;
        }

        /**
         * Changes a member of the authorization, or {@code signature}, after it was
         * signed; {@code null} removes it.
         */
        public Payment tamper(String name, @Nullable Object value) {
            this.tampered.put(name, value);
            return this;
        }

        public Payment accepted(Map<String, ?> accepted) {
            this.accepted = accepted;
            return this;
        }

        public Payment resource(Map<String, Object> resource) {
            this.resource = resource;
            return this;
        }

        public Payment extension(String name, Object value) {
            this.extensions.put(name, value);
            return this;
        }

        /** The tree below {@code payload}; the same in both versions. */
        public Map<String, @Nullable Object> schemePayload() {
            byte[] digest = digest(this.domainName, this.domainVersion, this.chainId, this.contract, this.signed);
            byte[] bytes = this.signature.apply(this.signer.sign(digest));
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

        public Map<String, @Nullable Object> v1Tree() {
            Map<String, @Nullable Object> tree = new LinkedHashMap<>();
            tree.put("x402Version", BigInteger.ONE);
            tree.put("scheme", this.requirements.scheme());
            tree.put("network", this.requirements.network().v1Name().orElseThrow());
            tree.put("payload", schemePayload());
            return tree;
        }

        public PaymentPayload payload() {
            return new PaymentPayload(2, tree());
        }

        public PaymentPayload v1Payload() {
            return new PaymentPayload(1, v1Tree());
        }

        /** The value of {@code PAYMENT-SIGNATURE}. */
        public String header() {
            return CODEC.encode(tree());
        }

        /** The value of {@code X-PAYMENT}. */
        public String v1Header() {
            return CODEC.encode(v1Tree());
        }

    }

}
