package io.github.x402spring.protocol;

import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

@Tag("locale")
class PaymentPayloadTests {

    private static final PaymentRequirements TERMS = new PaymentRequirements("exact", Network.parse("base-sepolia"),
            TokenAmount.of(10_000), "0x" + "aA".repeat(20), "0x" + "bB".repeat(20), 300, Map.of());

    private static final ResourceInfo RESOURCE = new ResourceInfo("https://api.example.test/report", "", "");

    private static final Map<String, Object> PAYLOAD = Map.of("signature", "0xcheque");

    @Test
    void toStringWhenPayloadHasASignatureThenShowsTheVersionOnly() {
        PaymentPayload payload = new PaymentPayload(2, Map.of("payload", Map.of("signature", "0xcheque")));
        assertThat(payload.payload()).containsEntry("signature", "0xcheque");
        assertThat(payload).hasToString("PaymentPayload[x402Version=2]");
    }

    @Test
    void createWhenVersionIsUnknownThenRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new PaymentPayload(3, Map.of("payload", Map.of())));
        assertThatIllegalArgumentException().isThrownBy(() -> new PaymentPayload(0, Map.of("payload", Map.of())));
    }

    @Test
    void createWhenPayloadIsNoObjectThenRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new PaymentPayload(2, Map.of()));
        assertThatIllegalArgumentException().isThrownBy(() -> new PaymentPayload(2, Map.of("payload", "text")));
    }

    @Test
    void underWhenVersionTwoThenOurTermsAndResourceTakeThePlaceOfTheClients() {
        Map<String, @Nullable Object> tree = new LinkedHashMap<>(Map.of("x402Version", BigInteger.TWO, "payload",
                PAYLOAD, "accepted", Map.of("amount", "1"), "resource", "https://evil.test", "surplus", "text"));
        tree.put("extensions", Map.of("named", Map.of("id", "1"), "nothing", "text"));
        assertThat(new PaymentPayload(2, tree).under(TERMS.toMap(), RESOURCE).tree())
            .containsExactlyInAnyOrderEntriesOf(Map.of("x402Version", BigInteger.TWO, "payload", PAYLOAD, "extensions",
                    Map.of("named", Map.of("id", "1")), "resource", RESOURCE.toMap(), "accepted", TERMS.toMap()));
    }

    @Test
    void underWhenVersionOneThenStaysOfVersionOne() {
        PaymentPayload payment = new PaymentPayload(1, Map.of("x402Version", BigInteger.ONE, "payload", PAYLOAD,
                "scheme", "exact", "network", "base-sepolia", "surplus", "text"));
        PaymentPayload handed = payment.under(TERMS.toMap(), RESOURCE);
        assertThat(handed.x402Version()).isEqualTo(1);
        assertThat(handed.tree()).containsExactlyInAnyOrderEntriesOf(Map.of("x402Version", BigInteger.ONE, "payload",
                PAYLOAD, "scheme", "exact", "network", "base-sepolia"));
    }

    @ParameterizedTest
    @CsvSource({ "2, true, false", "1, false, true" })
    void acceptsWhenTermsAreNamedAsTheOtherVersionDoesThenNot(int version, boolean terms, boolean network) {
        assertThat(new PaymentPayload(version, Map.of("payload", PAYLOAD, "accepted", TERMS.toMap())).accepts(TERMS,
                TERMS.toMap()))
            .isEqualTo(terms);
        assertThat(new PaymentPayload(version, Map.of("payload", PAYLOAD, "scheme", "exact", "network", "base-sepolia"))
            .accepts(TERMS, TERMS.toMap())).isEqualTo(network);
    }

    @Test
    void schemeWhenNamedThenWhereTheVersionNamesIt() {
        assertThat(new PaymentPayload(2, Map.of("payload", PAYLOAD, "accepted", TERMS.toMap())).scheme())
            .isEqualTo("exact");
        assertThat(new PaymentPayload(1, Map.of("payload", PAYLOAD, "scheme", "upto")).scheme()).isEqualTo("upto");
        assertThat(new PaymentPayload(2, Map.of("payload", PAYLOAD, "scheme", "upto")).scheme()).isNull();
        assertThat(new PaymentPayload(2, Map.of("payload", PAYLOAD, "accepted", Map.of("scheme", 5))).scheme())
            .isNull();
    }

    @Test
    void acceptsWhenVersionOneNamesAnotherSchemeThenNot() {
        PaymentRequirements voucher = new PaymentRequirements("voucher", TERMS.network(), TERMS.amount(), TERMS.asset(),
                TERMS.payTo(), 60, Map.of());
        PaymentPayload payment = new PaymentPayload(1,
                Map.of("payload", PAYLOAD, "scheme", "voucher", "network", "base-sepolia"));
        assertThat(payment.accepts(voucher, voucher.toMap())).isFalse();
    }

}
