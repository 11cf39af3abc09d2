package io.github.x402spring.scheme;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.PaymentPayload;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.TokenAmount;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class RecognitionTermsTests {

    /** A payment may have been made when payments lived longer. */
    private static final long A_CENTURY = 3_155_760_000L;

    private static final PaymentRequirements OURS = terms("10", Map.of("feePayer", "F", "name", "N"));

    static Stream<Arguments> echoes() {
        return Stream.of(Arguments.of(null, OURS), Arguments.of("text", OURS), Arguments.of(Map.of(), OURS),
                Arguments.of(Map.of("amount", "7"), terms("7", OURS.extra())), Arguments.of(Map.of("amount", 7), OURS),
                Arguments.of(Map.of("amount", "-7"), OURS), Arguments.of(Map.of("amount", "9".repeat(100_000)), OURS),
                Arguments.of(Map.of("payTo", "mallory", "asset", "m", "network", "solana:m", "scheme", "m",
                        "maxTimeoutSeconds", 1), OURS),
                Arguments.of(Map.of("extra", List.of()), OURS),
                Arguments.of(Map.of("extra", Map.of("feePayer", List.of("G"))), OURS),
                Arguments.of(Map.of("extra", Map.of("feePayer", Map.of("G", "G"))), OURS),
                Arguments.of(Map.of("extra", Map.of("feePayer", "G".repeat(129))), OURS),
                Arguments.of(Map.of("extra", Map.of("feePayer", 5)), terms("10", Map.of("feePayer", 5, "name", "N"))),
                Arguments.of(Map.of("extra", Map.of("feePayer", "G")),
                        terms("10", Map.of("feePayer", "G", "name", "N"))),
                Arguments.of(Map.of("extra", Map.of("name", "M", "paymentFlow", "upfront", "more", "m")), OURS));
    }

    @ParameterizedTest
    @MethodSource("echoes")
    void ofWhenTheClientNamesOtherTermsThenOnlyWhatMayHaveChanged(@Nullable Object accepted,
            PaymentRequirements recognized) {
        Map<String, @Nullable Object> tree = new LinkedHashMap<>();
        tree.put("payload", Map.of());
        tree.put("accepted", accepted);
        assertThat(RecognitionTerms.of(OURS, new PaymentPayload(2, tree), Set.of("feePayer", "name", "paymentFlow")))
            .isEqualTo(recognized);
    }

    private static PaymentRequirements terms(String amount, Map<String, Object> extra) {
        return new PaymentRequirements("toy", Network.parse("solana-devnet"),
                TokenAmount.tryParse(amount).orElseThrow(), "a", "b", A_CENTURY, extra);
    }

}
