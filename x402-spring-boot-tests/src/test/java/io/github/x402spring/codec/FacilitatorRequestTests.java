package io.github.x402spring.codec;

import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.PaymentPayload;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.ResourceInfo;
import io.github.x402spring.protocol.TokenAmount;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class FacilitatorRequestTests {

    private static final ResourceInfo RESOURCE = new ResourceInfo("https://api.example.test/r", "", "");

    private static final PaymentRequirements TERMS = new PaymentRequirements("exact", Network.parse("base-sepolia"),
            TokenAmount.of(10_000), "0xA", "0xB", 300, Map.of("name", "USDC"));

    @Test
    void acceptedWhenPayerRepeatsTheTermsThenTrue() {
        assertThat(request(2, TERMS.toMap(), "accepted", TERMS.toMap()).accepted()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({ "amount, 9999", "payTo, 0xC", "asset, 0xC", "network, eip155:8453", "scheme, upto" })
    void acceptedWhenPayerAcceptedOtherTermsThenFalse(String name, String value) {
        Map<String, @Nullable Object> other = new LinkedHashMap<>(TERMS.toMap());
        other.put(name, value);
        assertThat(request(2, TERMS.toMap(), "accepted", other).accepted()).isFalse();
    }

    @Test
    void acceptedWhenPayerAcceptedNothingThenFalse() {
        assertThat(request(2, TERMS.toMap(), "payload", Map.of()).accepted()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({ "exact, base-sepolia, true", "upto, base-sepolia, false", "exact, base, false",
            "exact, eip155:84532, false", "EXACT, base-sepolia, false" })
    void acceptedWhenVersionOneThenSchemeAndNetworkAreCompared(String scheme, String network, boolean accepted) {
        assertThat(v1(scheme, network).accepted()).isEqualTo(accepted);
    }

    @Test
    void toStringWhenPrintedThenNamesNoPartOfThePayment() {
        assertThat(request(2, TERMS.toMap(), "payload", Map.of("signature", "0xcheque")))
            .hasToString("FacilitatorRequest[eip155:84532]");
    }

    private static FacilitatorRequest v1(String scheme, String network) {
        Map<String, @Nullable Object> tree = new LinkedHashMap<>();
        tree.put("x402Version", BigInteger.ONE);
        tree.put("scheme", scheme);
        tree.put("network", network);
        tree.put("payload", Map.of());
        return new FacilitatorRequest(new PaymentPayload(1, tree), new LinkedHashMap<>(TERMS.toV1Map(RESOURCE)), TERMS,
                RESOURCE);
    }

    private static FacilitatorRequest request(int version, Map<String, ?> terms, String name, Object value) {
        Map<String, @Nullable Object> tree = new LinkedHashMap<>();
        tree.put("x402Version", BigInteger.valueOf(version));
        tree.put("payload", Map.of());
        tree.put(name, value);
        return new FacilitatorRequest(new PaymentPayload(version, tree), new LinkedHashMap<>(terms), TERMS, RESOURCE);
    }

}
