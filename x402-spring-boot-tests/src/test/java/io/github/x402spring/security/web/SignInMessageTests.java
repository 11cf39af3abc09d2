package io.github.x402spring.security.web;

import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

import io.github.x402spring.Vectors;
import io.github.x402spring.codec.PaymentHeaderCodec;
import io.github.x402spring.scheme.exact.evm.SignatureRecovery;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class SignInMessageTests {

    private static final PaymentHeaderCodec CODEC = new PaymentHeaderCodec(16_384);

    @ParameterizedTest
    @MethodSource("recorded")
    void textWhenRecordedFromTheOfficialClientThenTheSame(JsonNode recorded) {
        SignInMessage message = message(recorded);
        assertThat(message.text()).isEqualTo(recorded.path("message").asString());
        assertThat("0x" + HexFormat.of().formatHex(message.digest())).isEqualTo(recorded.path("hash").asString());
    }

    @ParameterizedTest
    @MethodSource("recorded")
    void digestWhenSignedByTheOfficialClientThenItsWalletIsFound(JsonNode recorded) {
        byte[] signature = HexFormat.of().parseHex(recorded.path("signature").asString().substring(2));
        assertThat(SignatureRecovery.web3j().recover(message(recorded).digest(), signature)).hasValueSatisfying(
                (wallet) -> assertThat(wallet.checksummed()).isEqualTo(recorded.path("address").asString()));
    }

    static Stream<JsonNode> recorded() {
        List<JsonNode> recorded = Vectors.rows("siwx.json", "cases")
            .stream()
            .filter((row) -> row.has("header"))
            .toList();
        assertThat(recorded).hasSizeGreaterThan(3);
        return recorded.stream();
    }

    @ParameterizedTest
    @ValueSource(strings = { "domain", "address", "uri", "version", "chainId", "nonce", "issuedAt" })
    void tryParseWhenAMemberIsMissingThenEmpty(String name) {
        Map<String, @Nullable Object> tree = tree();
        assertThat(SignInMessage.tryParse(tree)).isPresent();
        tree.remove(name);
        assertThat(SignInMessage.tryParse(tree)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({ "version, 2", "chainId, solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp", "chainId, 8453", "address, 0x12" })
    void tryParseWhenAMemberIsOfAnotherKindThenEmpty(String name, String value) {
        Map<String, @Nullable Object> tree = tree();
        tree.put(name, value);
        assertThat(SignInMessage.tryParse(tree)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = { "domain", "uri", "nonce", "issuedAt", "statement", "expirationTime", "notBefore", "requestId" })
    void tryParseWhenTextHasALineBreakThenEmpty(String name) {
        Map<String, @Nullable Object> tree = tree();
        tree.put(name, "x\nNonce: 00000000000000000000000000000000");
        assertThat(SignInMessage.tryParse(tree)).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("noResources")
    void tryParseWhenResourcesAreNoLinesThenEmpty(Object resources) {
        Map<String, @Nullable Object> tree = tree();
        tree.put("resources", resources);
        assertThat(SignInMessage.tryParse(tree)).isEmpty();
    }

    static Stream<Object> noResources() {
        return Stream.of("https://a.test", List.of(1), List.of("a\nb"), Collections.nCopies(17, "a"));
    }

    private static SignInMessage message(JsonNode recorded) {
        return CODEC.decodeExtension(recorded.path("header").asString()).flatMap(SignInMessage::tryParse).orElseThrow();
    }

    private static Map<String, @Nullable Object> tree() {
        return CODEC.decodeExtension(recorded().findFirst().orElseThrow().path("header").asString()).orElseThrow();
    }

}
