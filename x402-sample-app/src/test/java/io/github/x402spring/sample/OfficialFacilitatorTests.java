package io.github.x402spring.sample;

import java.math.BigInteger;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.client.RestClient;
import org.web3j.crypto.Credentials;
import org.web3j.utils.Numeric;
import tools.jackson.databind.JsonNode;

import io.github.x402spring.codec.DecodedPayment;
import io.github.x402spring.codec.PaymentHeaderCodec;
import io.github.x402spring.facilitator.http.HttpFacilitator;
import io.github.x402spring.facilitator.http.HttpFacilitatorSettings;
import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.PaymentPayload;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.ResourceInfo;
import io.github.x402spring.protocol.SettleResponse;
import io.github.x402spring.protocol.TokenAmount;
import io.github.x402spring.protocol.VerifyResponse;

import static org.assertj.core.api.Assertions.assertThat;

class OfficialFacilitatorTests {

    private static NodeScript facilitator;

    private static RunningShop shop;

    private static String facilitatorUrl;

    @BeforeAll
    static void openShop() throws Exception {
        NodeScript.assumeInstalled();
        facilitator = NodeScript.serve("facilitator.mjs");
        facilitatorUrl = "http://127.0.0.1:" + facilitator.firstLine().replace("listening ", "");
        shop = RunningShop.open("x402.facilitator.type=http", "x402.facilitator.url=" + facilitatorUrl);
    }

    @AfterAll
    static void closeShop() {
        if (shop != null) {
            shop.close();
        }
        if (facilitator != null) {
            facilitator.close();
        }
    }

    @Test
    void officialFacilitatorWhenPaidByJavaClientThenSettles() {
        Buyer buyer = Buyer.of(shop.origin());
        ResponseEntity<String> answer = buyer.get("/quote");
        assertThat(answer.getStatusCode()).isEqualTo(HttpStatus.OK);
        assertThat(answer.getHeaders().containsHeader("X402-Simulated")).isFalse();
        assertThat(Buyer.receipt(answer)).hasValueSatisfying((receipt) -> {
            assertThat(receipt.success()).isTrue();
            assertThat(receipt.payer()).isEqualToIgnoringCase(buyer.address());
            assertThat(receipt.transaction()).matches("0x[0-9a-f]{64}");
        });
    }

    @Test
    void officialFacilitatorWhenPriceIsComputedThenSettles() {
        ResponseEntity<String> answer = Buyer.of(shop.origin()).get("/archive?pages=2");
        assertThat(Buyer.receipt(answer)).map(SettleResponse::success).contains(true);
    }

    @Test
    void officialFacilitatorWhenPaidByOfficialClientThenSettles() throws Exception {
        Credentials wallet = Buyer.wallet();
        JsonNode purchase = NodeScript.run("fetch-client.mjs", shop.origin() + "/word-count",
                Numeric.toHexStringWithPrefixZeroPadded(wallet.getEcKeyPair().getPrivateKey(), 64), "POST",
                "{\"text\":\"one two\"}");
        assertThat(purchase.path("body").asString()).isEqualTo("{\"words\":2}");
        assertThat(purchase.path("paymentResponse").path("success").asBoolean()).isTrue();
    }

    @Test
    void officialFacilitatorWhenPolicyDeniesThenIsNotAskedToSettle() throws Exception {
        Buyer buyer = Buyer.of(shop.origin());
        assertThat(buyer.getAs("reader", "/wholesale").getStatusCode()).isEqualTo(HttpStatus.FORBIDDEN);
        PaymentPayload payment = decode(buyer.payments().get(0));
        assertThat(verify(payment, terms(payment, "50000")).valid()).isTrue();
    }

    @Test
    void officialFacilitatorWhenPaymentIsSettledThenItsNonceIsUsed() throws Exception {
        Buyer buyer = Buyer.of(shop.origin());
        assertThat(buyer.get("/quote").getStatusCode()).isEqualTo(HttpStatus.OK);
        PaymentPayload payment = decode(buyer.payments().get(0));
        assertThat(verify(payment, terms(payment, "10000")).valid()).isFalse();
    }

    @Test
    void officialFacilitatorWhenTermsAreOthersThenSaysInvalid() throws Exception {
        Buyer buyer = Buyer.of(shop.origin());
        buyer.getAs("reader", "/wholesale");
        PaymentPayload payment = decode(buyer.payments().get(0));
        assertThat(verify(payment, terms(payment, "50001")).valid()).isFalse();
    }

    private static PaymentPayload decode(String header) {
        return ((DecodedPayment.Readable) new PaymentHeaderCodec(16 * 1024).decodePayment(header)).payload();
    }

    private static PaymentRequirements terms(PaymentPayload payment, String amount) {
        Map<?, ?> accepted = (Map<?, ?>) payment.accepted();
        return new PaymentRequirements("exact", Network.parse("base-sepolia"), new TokenAmount(new BigInteger(amount)),
                (String) accepted.get("asset"), (String) accepted.get("payTo"), 300,
                Map.of("name", "USDC", "version", "2"));
    }

    private static VerifyResponse verify(PaymentPayload payment, PaymentRequirements terms) throws Exception {
        HttpFacilitator direct = new HttpFacilitator(RestClient.builder(),
                new HttpFacilitatorSettings(URI.create(facilitatorUrl), Duration.ofSeconds(5), Duration.ofSeconds(20),
                        Duration.ofSeconds(20), List.of()),
                List.of());
        return direct.verify(payment, terms, new ResourceInfo("http://localhost/quote", "", ""));
    }

}
