package io.github.x402spring.http;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import io.github.x402spring.codec.PaymentHeaderCodec;
import io.github.x402spring.http.TermsBudget.Fitted;
import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.PaymentRequired;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.ResourceInfo;
import io.github.x402spring.protocol.TokenAmount;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class TermsBudgetTests {

    private static final int BUDGET = 6 * 1024;

    private static final PaymentHeaderCodec CODEC = new PaymentHeaderCodec(1024 * 1024);

    private static final String ADDRESS = "https://api.example.com/report";

    private static final List<String> ORDER = List.of("extension bazaar", "extra.resource",
            "description beyond 100 characters", "extension first", "extension second");

    private final TermsBudget budget = new TermsBudget(PaymentDialects.x402(CODEC, false), BUDGET);

    static Stream<Arguments> terms() {
        return IntStream.of(1, 4, 8, 12, 16, 20, 40)
            .boxed()
            .flatMap((offers) -> Stream
                .of("", "d".repeat(100), "d".repeat(500), "\u00fc".repeat(500), "\ud83d\ude00".repeat(250))
                .flatMap((description) -> IntStream.of(0, 50, 500, 2500)
                    .boxed()
                    .flatMap((extension) -> Stream.of("", "bazaar", "second")
                        .map((required) -> Arguments.of(offers, description, extension, required)))));
    }

    @ParameterizedTest
    @MethodSource("terms")
    void fitWhenAnythingIsLongThenPartsLeaveInOrderAndTheRestStays(int offers, String description, int extension,
            String required) {
        PaymentRequired terms = terms(offers, description, extension);
        Fitted fitted = this.budget.fit(terms, required::equals);
        if (fitted == null) {
            assertThat(encoded(bare(terms, required))).isGreaterThan(BUDGET);
            return;
        }
        assertThat(CODEC.decodePaymentRequired(fitted.challenge().get(0).value())).contains(fitted.required());
        assertThat(CODEC.encode(fitted.required().withError("e".repeat(96)).toMap())).hasSizeLessThanOrEqualTo(BUDGET);
        assertThat(fitted.required().accepts()).hasSize(offers);
        assertThat(fitted.required().accepts()).allSatisfy(
                (offer) -> assertThat(offer.extra()).containsEntry("name", "USDC").containsEntry("version", "2"));
        if (terms.extensions().containsKey(required)) {
            assertThat(fitted.required().extensions()).containsKey(required);
        }
        List<String> possible = new ArrayList<>(ORDER);
        possible.remove("extension " + required);
        if (extension == 0) {
            possible.removeIf((part) -> part.startsWith("extension"));
        }
        if (description.length() <= 100) {
            possible.remove("description beyond 100 characters");
        }
        assertThat(fitted.omitted()).isEqualTo(possible.subList(0, fitted.omitted().size()));
        assertThat(this.budget.fit(terms, required::equals)).isEqualTo(fitted);
    }

    @Test
    void fitWhenTermsFitThenNothingLeaves() {
        PaymentRequired terms = terms(4, "d".repeat(500), 50);
        Fitted fitted = this.budget.fit(terms, (extension) -> false);
        assertThat(fitted).isNotNull();
        assertThat(fitted.required()).isEqualTo(terms);
        assertThat(fitted.omitted()).isEmpty();
    }

    @Test
    void fitWhenSixteenOffersAndALongDescriptionThenFits() {
        Fitted fitted = this.budget.fit(terms(16, "d".repeat(500), 50), (extension) -> false);
        assertThat(fitted).isNotNull();
        assertThat(fitted.required().accepts()).hasSize(16);
    }

    @Test
    void fitWhenDescriptionIsCutThenNoHalfCharacterIsLeft() {
        Fitted fitted = new TermsBudget(PaymentDialects.x402(CODEC, false), 1100)
            .fit(terms(1, "d".repeat(99) + "\ud83d\ude00".repeat(200), 0), (extension) -> false);
        assertThat(fitted).isNotNull();
        assertThat(fitted.required().resource().description()).isEqualTo("d".repeat(99));
    }

    private static int encoded(PaymentRequired terms) {
        return CODEC.encode(terms.toMap()).length() + 132;
    }

    private static PaymentRequired bare(PaymentRequired terms, String required) {
        List<PaymentRequirements> accepts = new ArrayList<>();
        terms.accepts().forEach((offer) -> {
            Map<String, Object> extra = new LinkedHashMap<>(offer.extra());
            extra.remove("resource");
            accepts.add(new PaymentRequirements(offer.scheme(), offer.network(), offer.amount(), offer.asset(),
                    offer.payTo(), offer.maxTimeoutSeconds(), extra));
        });
        Map<String, Object> extensions = new LinkedHashMap<>(terms.extensions());
        extensions.keySet().retainAll(Set.of(required));
        String description = terms.resource().description();
        return new PaymentRequired(terms.error(),
                new ResourceInfo(ADDRESS, description.substring(0, Math.min(99, description.length())), ""), accepts,
                extensions);
    }

    private static PaymentRequired terms(int offers, String description, int extension) {
        List<PaymentRequirements> accepts = new ArrayList<>();
        for (int i = 0; i < offers; i++) {
            Map<String, Object> extra = new LinkedHashMap<>();
            extra.put("name", "USDC");
            extra.put("version", "2");
            extra.put("resource", ADDRESS);
            accepts.add(new PaymentRequirements("exact", Network.parse("eip155:" + (8453 + i)), TokenAmount.of(10_000),
                    "0x" + "aB".repeat(20), "0x" + "cD".repeat(20), 300, extra));
        }
        Map<String, Object> extensions = new LinkedHashMap<>();
        if (extension > 0) {
            for (String key : List.of("first", "bazaar", "second")) {
                extensions.put(key, Map.of("info", "x".repeat(extension)));
            }
        }
        return new PaymentRequired("Payment required", new ResourceInfo(ADDRESS, description, ""), accepts, extensions);
    }

}
