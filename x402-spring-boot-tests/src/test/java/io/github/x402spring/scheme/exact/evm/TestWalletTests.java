package io.github.x402spring.scheme.exact.evm;

import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

import io.github.x402spring.codec.DecodedPayment;
import io.github.x402spring.codec.PaymentHeaderCodec;
import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.TokenAmount;

import static org.assertj.core.api.Assertions.assertThat;

class TestWalletTests {

    private final PaymentRequirements requirements = new PaymentRequirements("exact", Network.parse("base-sepolia"),
            TokenAmount.of(10000), "0x036CbD53842c5426634e7929541eC2318f3dCF7e",
            "0x70997970C51812dc3A010C7d01b50e0d17dc79C8", 300, Map.of("name", "USDC", "version", "2"));

    @Test
    void payWhenTermsOfVectorThenSignatureOfVector() throws IOException {
        Map<?, ?> vector = firstVector();
        TestWallet wallet = TestWallet.ofPrivateKey((String) vector.get("privateKey"));
        Map<?, ?> payload = wallet.pay(this.requirements, Instant.ofEpochSecond(1899999700))
            .nonce("0x" + "11".repeat(32))
            .schemePayload();
        assertThat(payload.get("authorization")).isEqualTo(vector.get("authorization"));
        assertThat(payload.get("signature")).isEqualTo(vector.get("signature"));
    }

    @Test
    void headerWhenDecodedThenHoldsPayment() {
        TestWallet.Payment payment = TestWallet.numbered(1).pay(this.requirements, Instant.EPOCH);
        PaymentHeaderCodec codec = new PaymentHeaderCodec(8192);
        assertThat(codec.decodePayment(payment.header())).isInstanceOfSatisfying(DecodedPayment.Readable.class,
                (readable) -> assertThat(readable.payload().payload()).isEqualTo(payment.schemePayload()));
        assertThat(codec.decodeXPayment(payment.v1Header())).isInstanceOfSatisfying(DecodedPayment.Readable.class,
                (readable) -> assertThat(readable.payload().payload()).isEqualTo(payment.schemePayload()));
    }

    @Test
    void highSWhenAppliedTwiceThenSignatureIsBack() {
        byte[] signature = TestWallet.numbered(1).sign(HexFormat.of().parseHex("ab".repeat(32)));
        assertThat(TestWallet.highS(TestWallet.highS(signature))).isEqualTo(signature);
        assertThat(new BigInteger(1, signature, 32, 32))
            .isLessThan(new BigInteger(1, TestWallet.highS(signature), 32, 32));
    }

    private static Map<?, ?> firstVector() throws IOException {
        try (InputStream stream = TestWalletTests.class.getResourceAsStream("/vectors/eip3009.json")) {
            Map<?, ?> vectors = JsonMapper.builder().build().readValue(stream, Map.class);
            return (Map<?, ?>) ((List<?>) vectors.get("cases")).get(0);
        }
    }

}
