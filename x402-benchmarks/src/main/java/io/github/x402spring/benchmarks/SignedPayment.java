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
import io.github.x402spring.scheme.exact.evm.Eip3009Hasher;
import io.github.x402spring.scheme.exact.evm.Eip712Domain;
import io.github.x402spring.scheme.exact.evm.TransferAuthorization;

/**
 * Is one payment in every form that the benchmarks need.
 */
final class SignedPayment {

    static final Instant NOW = Instant.ofEpochSecond(1_800_000_000);

    private static final String PAY_TO = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";

    private static final String USDC = "0x036CbD53842c5426634e7929541eC2318f3dCF7e";

    final PaymentRequirements requirements = new PaymentRequirements("exact", Network.parse("base-sepolia"),
            TokenAmount.of(10_000), USDC, PAY_TO, 300,
            Map.of("name", "USDC", "version", "2", "resource", "https://api.example.com/weather"));

    final Eip712Domain domain = Eip712Domain.of(this.requirements).orElseThrow();

    final TransferAuthorization authorization;

    final byte[] digest;

    final byte[] signature;

    final Map<String, @Nullable Object> tree;

    final String header;

    final PaymentPayload payload;

    SignedPayment(long number) {
        Credentials payer = Credentials.create("ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80");
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        members.put("from", payer.getAddress());
        members.put("to", PAY_TO);
        members.put("value", "10000");
        members.put("validAfter", "0");
        members.put("validBefore", Long.toString(NOW.getEpochSecond() + 300));
        members.put("nonce", nonce(number));
        this.authorization = TransferAuthorization.tryParse(members).orElseThrow();
        this.digest = new Eip3009Hasher().digest(this.domain, this.authorization);
        this.signature = new CredentialsPaymentSigner(payer).sign(this.digest);
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

    private static String nonce(long number) {
        byte[] nonce = new byte[32];
        Arrays.fill(nonce, (byte) 0x11);
        for (int i = 0; i < Long.BYTES; i++) {
            nonce[i] = (byte) (number >>> (8 * i));
        }
        return "0x" + HexFormat.of().formatHex(nonce);
    }

}
