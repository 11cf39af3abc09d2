package io.github.x402spring.gate;

import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.github.x402spring.protocol.PaymentPayload;

import static org.assertj.core.api.Assertions.assertThat;

class OfferTests {

    private final Offer offer = Offer.of(GateFixture.TERMS);

    @Test
    void ofWhenTheAssetHasCapitalsThenItsKeyHasNone() {
        assertThat(this.offer.assetKey()).isEqualTo("0x" + "aa".repeat(20));
        assertThat(this.offer.assetKey()).isSameAs(GateFixture.KEY.asset());
    }

    @Test
    void isAcceptedByWhenTheTermsAreOursThenAccepted() {
        assertThat(this.offer.isAcceptedBy(GateFixture.payload(GateFixture.TERMS))).isTrue();
    }

    @ParameterizedTest
    @CsvSource({ "scheme, upto", "network, eip155:8453", "amount, 9999", "payTo, 0x00", "asset, 0x00", "surplus, x" })
    void isAcceptedByWhenOneTermIsNotOursThenNot(String term, String value) {
        Map<String, @Nullable Object> accepted = new LinkedHashMap<>(GateFixture.TERMS.toMap());
        accepted.put(term, value);
        assertThat(this.offer.isAcceptedBy(v2(accepted))).isFalse();
    }

    @Test
    void isAcceptedByWhenNothingWasAcceptedThenNot() {
        assertThat(this.offer.isAcceptedBy(v2(null))).isFalse();
        assertThat(this.offer.isAcceptedBy(v2("exact"))).isFalse();
    }

    @ParameterizedTest
    @CsvSource({ "exact, base-sepolia, true", "exact, base, false", "upto, base-sepolia, false",
            "exact, eip155:84532, false", "exact, nowhere, false", "EXACT, base-sepolia, false",
            ", base-sepolia, false", "exact, , false" })
    void isAcceptedByWhenVersion1ThenSchemeAndNetworkDecide(@Nullable String scheme, @Nullable String network,
            boolean accepted) {
        assertThat(this.offer.isAcceptedBy(v1(scheme, network))).isEqualTo(accepted);
    }

    @Test
    void isAcceptedByWhenVersion1NamesItsNetworkByANumberThenNot() {
        assertThat(this.offer.isAcceptedBy(v1("exact", 84532))).isFalse();
    }

    @Test
    void isAcceptedByWhenVersion2HasTheMembersOfVersion1ThenNot() {
        assertThat(this.offer.isAcceptedBy(new PaymentPayload(2, v1("exact", "base-sepolia").tree()))).isFalse();
    }

    private static PaymentPayload v2(@Nullable Object accepted) {
        Map<String, @Nullable Object> tree = new LinkedHashMap<>();
        tree.put("payload", Map.of());
        tree.put("accepted", accepted);
        return new PaymentPayload(2, tree);
    }

    private static PaymentPayload v1(@Nullable Object scheme, @Nullable Object network) {
        Map<String, @Nullable Object> tree = new LinkedHashMap<>();
        tree.put("payload", Map.of());
        tree.put("scheme", scheme);
        tree.put("network", network);
        return new PaymentPayload(1, tree);
    }

}
