package io.github.x402spring.facilitator.evm;

import java.io.IOException;
import java.io.InputStream;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.json.JsonMapper;

import io.github.x402spring.scheme.exact.evm.TransferAuthorization;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link TokenCalls} with what the official SDK sends.
 */
@Tag("locale")
class TokenCallsTests {

    static Stream<Map<?, ?>> recorded() throws IOException {
        try (InputStream vectors = TokenCallsTests.class.getResourceAsStream("/vectors/eip3009.json")) {
            Map<?, ?> tree = JsonMapper.shared().readValue(vectors, Map.class);
            return ((List<?>) tree.get("cases")).stream().map((each) -> (Map<?, ?>) each);
        }
    }

    @ParameterizedTest
    @MethodSource("recorded")
    void transferWhenSignatureHas65BytesThenTakesItApart(Map<?, ?> recorded) {
        assertThat(TokenCalls.transfer(authorization(recorded), bytes(recorded, "signature")))
            .isEqualTo(recorded.get("calldataVRS"));
    }

    @ParameterizedTest
    @MethodSource("recorded")
    void transferWhenSignatureIsLongerThenPassesItOn(Map<?, ?> recorded) {
        byte[] longer = new byte[66];
        System.arraycopy(bytes(recorded, "signature"), 0, longer, 0, 65);
        String expected = ((String) recorded.get("calldataBytesSig")).replace(word(65), word(66));
        assertThat(TokenCalls.transfer(authorization(recorded), longer)).isEqualTo(expected);
    }

    private static String word(int number) {
        return "0".repeat(62) + HexFormat.of().toHexDigits((byte) number);
    }

    private static TransferAuthorization authorization(Map<?, ?> recorded) {
        return TransferAuthorization.tryParse((Map<?, ?>) recorded.get("authorization")).orElseThrow();
    }

    private static byte[] bytes(Map<?, ?> recorded, String name) {
        return HexFormat.of().parseHex(((String) recorded.get(name)).substring(2));
    }

}
