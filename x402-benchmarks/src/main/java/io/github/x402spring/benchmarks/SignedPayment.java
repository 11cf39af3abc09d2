package io.github.x402spring.benchmarks;

import java.math.BigInteger;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.web3j.crypto.Credentials;

import io.github.x402spring.client.CredentialsPaymentSigner;
import io.github.x402spring.codec.PaymentHeaderCodec;
import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.PaymentPayload;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.TokenAmount;
import io.github.x402spring.scheme.exact.evm.Eip712Domain;
import io.github.x402spring.scheme.exact.evm.TransferAuthorization;

/**
 * Payment in every form that the benchmarks need.
 */
public final class SignedPayment {

    static final Instant NOW = Instant.ofEpochSecond(1_800_000_000);

    private static final String PAY_TO = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";

    private static final String USDC = "0x036CbD53842c5426634e7929541eC2318f3dCF7e";

    private static final PaymentRequirements REQUIREMENTS = new PaymentRequirements("exact",
            Network.parse("base-sepolia"), TokenAmount.of(10_000), USDC, PAY_TO, 300,
            Map.of("name", "USDC", "version", "2", "resource", "https://api.example.com/weather"));

    private static final Credentials PAYER = Credentials
        .create("ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80");

    final PaymentRequirements requirements;

    final Eip712Domain domain;

    final TransferAuthorization authorization;

    final byte[] digest;

    final byte[] signature;

    final Map<String, @Nullable Object> tree;

    final String header;

    final PaymentPayload payload;

    /**
     * Signs a payment for the time at which the benchmarks' clocks stand still.
     */
    SignedPayment(long number) {
        this(REQUIREMENTS, NOW.plusSeconds(300), nonce(number));
    }

    /**
     * Signs a payment under the terms of a server.
     * @param requirements the terms
     * @param validBefore the time at which it expires
     * @param nonce 32 bytes
     */
    public SignedPayment(PaymentRequirements requirements, Instant validBefore, byte[] nonce) {
        this.requirements = requirements;
        this.domain = Eip712Domain.of(requirements).orElseThrow();
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        members.put("from", PAYER.getAddress());
        members.put("to", requirements.payTo());
        members.put("value", requirements.amount().toString());
        members.put("validAfter", "0");
        members.put("validBefore", Long.toString(validBefore.getEpochSecond()));
        members.put("nonce", "0x" + HexFormat.of().formatHex(nonce));
        this.authorization = TransferAuthorization.tryParse(members).orElseThrow();
        this.digest = this.authorization.digest(this.domain);
        this.signature = new CredentialsPaymentSigner(PAYER).sign(this.digest);
        Map<String, @Nullable Object> payload = new LinkedHashMap<>();
        payload.put("authorization", members);
        payload.put("signature", "0x" + HexFormat.of().formatHex(this.signature));
        this.tree = new LinkedHashMap<>();
        this.tree.put("x402Version", BigInteger.TWO);
        this.tree.put("payload", payload);
        this.tree.put("accepted", this.requirements.toMap());
        this.payload = new PaymentPayload(2, this.tree);
        this.header = new PaymentHeaderCodec(16_384).encode(this.tree);
    }

    /**
     * Returns the payment as a header.
     * @return the value of {@code PAYMENT-SIGNATURE}
     */
    public String header() {
        return this.header;
    }

    private static byte[] nonce(long number) {
        byte[] nonce = new byte[32];
        Arrays.fill(nonce, (byte) 0x11);
        for (int i = 0; i < Long.BYTES; i++) {
            nonce[i] = (byte) (number >>> (8 * i));
        }
        return nonce;
    }

}
