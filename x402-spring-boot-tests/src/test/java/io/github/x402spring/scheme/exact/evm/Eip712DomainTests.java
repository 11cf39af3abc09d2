package io.github.x402spring.scheme.exact.evm;

import java.math.BigInteger;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.TokenAmount;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

@Tag("locale")
class Eip712DomainTests {

    private static final String ASSET = "0x036CbD53842c5426634e7929541eC2318f3dCF7e";

    @Test
    void ofWhenTermsAreCompleteThenDomain() {
        assertThat(Eip712Domain.of(requirements(ASSET, Map.of("name", "USDC", "version", "2"))))
            .contains(new Eip712Domain("USDC", "2", BigInteger.valueOf(84532), EvmAddress.parse(ASSET)));
    }

    @ParameterizedTest
    @MethodSource("incomplete")
    void ofWhenNameOrVersionIsMissingThenEmpty(Map<String, Object> extra) {
        assertThat(Eip712Domain.of(requirements(ASSET, extra))).isEmpty();
    }

    @Test
    void ofWhenAssetIsNoAddressThenEmpty() {
        assertThat(Eip712Domain.of(requirements("USDC", Map.of("name", "USDC", "version", "2")))).isEmpty();
    }

    @Test
    void createWhenChainIdIsNegativeThenRefuses() {
        assertThatIllegalArgumentException()
            .isThrownBy(() -> new Eip712Domain("USDC", "2", BigInteger.ONE.negate(), EvmAddress.parse(ASSET)));
    }

    static Stream<Map<String, Object>> incomplete() {
        return Stream.of(Map.of(), Map.of("name", "USDC"), Map.of("version", "2"), Map.of("name", "", "version", "2"),
                Map.of("name", "USDC", "version", ""), Map.of("name", "USDC", "version", 2));
    }

    private static PaymentRequirements requirements(String asset, Map<String, Object> extra) {
        return new PaymentRequirements("exact", Network.parse("base-sepolia"), TokenAmount.of(1), asset, ASSET, 60,
                extra);
    }

}
