package io.github.x402spring.protocol;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class FacilitatorRemarkTests {

    private static final String SIGNATURE = "0x" + "9f8e7d6c5b4a39281706".repeat(6) + "1b2c3d4e5f";

    @Test
    void createWhenPartsAreAbsentThenEmpty() {
        assertThat(new FacilitatorRemark(null, " ", null)).isEqualTo(FacilitatorRemark.NONE);
        assertThat(FacilitatorRemark.NONE.isEmpty()).isTrue();
        for (int part = 0; part < 3; part++) {
            assertThat(new FacilitatorRemark((part == 0) ? "a" : "", (part == 1) ? "a" : "", (part == 2) ? "a" : "")
                .isEmpty()).isFalse();
        }
    }

    @Test
    void createWhenPartsAreEndlessThenEachIsCut() {
        String endless = "a b\n".repeat(10_000);
        FacilitatorRemark remark = new FacilitatorRemark(endless, endless, endless);
        assertThat(remark.reason()).hasSize(99);
        assertThat(remark.message()).hasSize(203);
        assertThat(remark.correlationId()).hasSize(67);
        assertThat(remark.toString()).doesNotContain("\n");
    }

    static Stream<String> quotes() {
        String digits = SIGNATURE.substring(2);
        return Stream.of(SIGNATURE, digits, digits.toUpperCase(Locale.ROOT), digits.substring(40, 57),
                "..." + digits.substring(100) + "!", String.join(":", digits.split("(?<=\\G..)")),
                String.join(" ", digits.split("(?<=\\G....)")),
                String.join(", 0x", digits.split("(?<=\\G..)")).toUpperCase(Locale.ROOT).replace("0X", ""));
    }

    @ParameterizedTest
    @MethodSource("quotes")
    void aboutWhenAPartQuotesThePaymentThenNothingOfItIsLeft(String quote) {
        PaymentPayload payment = payment(Map.of("signature", SIGNATURE, "authorization", Map.of("nonce", "0x12")));
        FacilitatorRemark said = new FacilitatorRemark(quote, "expected " + quote + " to be valid", "id " + quote)
            .about(payment, null);
        for (String part : List.of(said.reason(), said.message(), said.correlationId())) {
            String plain = part.replaceAll("[^A-Za-z0-9]", "").toLowerCase(Locale.ROOT);
            for (int at = 2; at + 8 <= SIGNATURE.length(); at++) {
                assertThat(plain).doesNotContain(SIGNATURE.substring(at, at + 8));
            }
        }
    }

    @Test
    void aboutWhenWhatIsQuotedLiesDeepThenWithheld() {
        String spelled = String.join(" ", SIGNATURE.substring(2).split("(?<=\\G....)"));
        List<Map<String, Object>> payloads = List.of(Map.of("a", Map.of("b", List.of(Map.of("c", SIGNATURE)))),
                Map.of("list", List.of(1, true, List.of(SIGNATURE))));
        for (Map<String, Object> payload : payloads) {
            assertThat(new FacilitatorRemark("", spelled, "").about(payment(payload), null).message())
                .isEqualTo("[withheld: quotes the payment]");
        }
        Map<String, @Nullable Object> tree = new LinkedHashMap<>(payment(Map.of()).tree());
        tree.put("extensions", Map.of("sign-in", Map.of("signature", SIGNATURE)));
        assertThat(new FacilitatorRemark("", spelled, "").about(new PaymentPayload(2, tree), null).message())
            .isEqualTo("[withheld: quotes the payment]");
    }

    @Test
    void aboutWhenNothingIsQuotedThenAsItIs() {
        FacilitatorRemark remark = new FacilitatorRemark("insufficient_funds", "The wallet has 12 of 10000",
                "6f1c0f0e-2f0b-4c60-9d0e-3a6f2b8b9c11");
        assertThat(remark.about(payment(Map.of("signature", SIGNATURE, "value", "10000", "none", "")), null))
            .isEqualTo(remark);
        assertThat(remark.about(payment(Map.of()), null)).isEqualTo(remark);
    }

    @Test
    void aboutWhenTheProtocolHasAReasonThenItCountsWhereThereIsNoOther() {
        PaymentPayload payment = payment(Map.of());
        assertThat(FacilitatorRemark.NONE.about(payment, ReasonCode.UNSPECIFIED)).isEqualTo(FacilitatorRemark.NONE);
        assertThat(FacilitatorRemark.NONE.about(payment, ReasonCode.INVALID_NETWORK).reason())
            .isEqualTo("invalid_network");
        assertThat(new FacilitatorRemark("Not here", "", "").about(payment, ReasonCode.INVALID_NETWORK).reason())
            .isEqualTo("Not here");
    }

    private static PaymentPayload payment(Map<String, Object> payload) {
        Map<String, @Nullable Object> tree = new LinkedHashMap<>();
        tree.put("x402Version", 2);
        tree.put("payload", payload);
        return new PaymentPayload(2, tree);
    }

}
