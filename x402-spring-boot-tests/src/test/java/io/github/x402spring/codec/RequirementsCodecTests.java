package io.github.x402spring.codec;

import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.TokenAmount;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

@Tag("locale")
class RequirementsCodecTests {

    private final RequirementsCodec codec = new RequirementsCodec();

    @Test
    void decodeWhenEncodedThenEqual() throws Exception {
        PaymentRequirements terms = terms(1, Map.of("name", "USDC", "version", "2", "flag", true));
        assertThat(this.codec.decode(this.codec.encode(terms))).isEqualTo(terms);
    }

    @Test
    void decodeWhenMembersAreOddThenMatchesAsOnTheWire() throws Exception {
        PaymentRequirements terms = terms(1,
                Map.of("number", 1, "ratio", 0.25, "list", List.of(1L, "ü\\\"\u0000"), "tree", Map.of("a", Map.of())));
        PaymentRequirements decoded = this.codec.decode(this.codec.encode(terms));
        assertThat(terms.matches(decoded.toMap())).isTrue();
    }

    @Test
    void encodeWhenManyTermsAreEncodedThenEachHasItsOwnText() throws Exception {
        for (int round = 0; round < 2; round++) {
            for (int i = 1; i <= 3000; i++) {
                PaymentRequirements terms = terms(i, Map.of());
                assertThat(this.codec.decode(this.codec.encode(terms))).isEqualTo(terms);
            }
        }
    }

    @Test
    void encodeWhenTermsAreTheSameThenTextIsReused() {
        assertThat(this.codec.encode(terms(1, Map.of()))).isSameAs(this.codec.encode(terms(1, Map.of())));
    }

    @Test
    void encodeWhenMoreThanAThousandTermsAreEncodedThenTextsAreMadeAnew() {
        String first = this.codec.encode(terms(1, Map.of()));
        IntStream.rangeClosed(2, 1000).forEach((amount) -> this.codec.encode(terms(amount, Map.of())));
        assertThat(this.codec.encode(terms(1, Map.of()))).isSameAs(first);
        this.codec.encode(terms(1001, Map.of()));
        assertThat(this.codec.encode(terms(1, Map.of()))).isEqualTo(first).isNotSameAs(first);
    }

    @Test
    void encodeWhenTooLongToStoreThenRefused() {
        int fits = RequirementsCodec.MAX_LENGTH - this.codec.encode(terms(1, Map.of("a", ""))).length();
        assertThat(this.codec.encode(terms(1, Map.of("a", "x".repeat(fits))))).hasSize(RequirementsCodec.MAX_LENGTH);
        assertThatIllegalArgumentException()
            .isThrownBy(() -> this.codec.encode(terms(1, Map.of("a", "x".repeat(fits + 1)))));
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "{}", "[]", "null", "{\"scheme\":\"exact\"}" })
    void decodeWhenTextIsAnythingElseThenRefused(String text) {
        assertThatExceptionOfType(MalformedJsonException.class).isThrownBy(() -> this.codec.decode(text));
    }

    private static PaymentRequirements terms(int amount, Map<String, Object> extra) {
        return new PaymentRequirements("exact", Network.parse("base"), new TokenAmount(BigInteger.valueOf(amount)),
                "0xToken", "0xRecipient", 60, extra);
    }

}
