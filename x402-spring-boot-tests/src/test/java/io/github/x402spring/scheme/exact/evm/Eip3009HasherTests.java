package io.github.x402spring.scheme.exact.evm;

import java.math.BigInteger;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import io.github.x402spring.scheme.exact.evm.Eip3009Vectors.Case;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class Eip3009HasherTests {

    private final Eip3009Hasher hasher = new Eip3009Hasher();

    @Test
    void vectorsWhenReadThenTwelve() {
        assertThat(Eip3009Vectors.cases()).hasSize(12);
    }

    @ParameterizedTest
    @MethodSource("io.github.x402spring.scheme.exact.evm.Eip3009Vectors#cases")
    void digestWhenVectorOfSdkThenSame(Case vector) {
        TransferAuthorization authorization = TransferAuthorization.tryParse(vector.authorization()).orElseThrow();
        assertThat(hex(this.hasher.domainSeparator(vector.domain()))).isEqualTo(vector.text("domainSeparator"));
        assertThat(hex(this.hasher.structHash(authorization))).isEqualTo(vector.text("structHash"));
        assertThat(hex(this.hasher.digest(vector.domain(), authorization))).isEqualTo(vector.text("digest"));
    }

    @ParameterizedTest
    @MethodSource("randoms")
    void digestWhenRandomThenAsWeb3j(Random random) {
        Eip712Domain domain = new Eip712Domain(text(random), text(random), number(random), address(random));
        TransferAuthorization authorization = new TransferAuthorization(address(random), address(random),
                number(random), number(random), number(random), hex(bytes(random, 32)));
        byte[] expected = Eip3009Vectors.digest(domain.name(), domain.version(), domain.chainId(),
                domain.verifyingContract().value(), tree(authorization));
        assertThat(this.hasher.digest(domain, authorization)).isEqualTo(expected);
        assertThat(this.hasher.digest(domain, authorization)).isEqualTo(expected);
    }

    @Test
    void digestWhenMoreDomainsThanAreCachedThenStillRight() {
        TransferAuthorization authorization = Eip3009Vectors.cases()
            .findFirst()
            .flatMap((vector) -> TransferAuthorization.tryParse(vector.authorization()))
            .orElseThrow();
        EvmAddress contract = authorization.to();
        for (int chainId = 0; chainId < 600; chainId++) {
            this.hasher.digest(new Eip712Domain("USDC", "2", BigInteger.valueOf(chainId), contract), authorization);
        }
        BigInteger chainId = BigInteger.valueOf(599);
        assertThat(this.hasher.digest(new Eip712Domain("USDC", "2", chainId, contract), authorization))
            .isEqualTo(Eip3009Vectors.digest("USDC", "2", chainId, contract.value(), tree(authorization)));
    }

    @Test
    void domainSeparatorWhenThereAreMoreDomainsThanAreCachedThenTheFirstStayCached() {
        EvmAddress contract = EvmAddress.tryParse("0x" + "ab".repeat(20)).orElseThrow();
        IntFunction<byte[]> separator = (chainId) -> this.hasher
            .domainSeparator(new Eip712Domain("USDC", "2", BigInteger.valueOf(chainId), contract));
        List<byte[]> separators = IntStream.range(0, 257).mapToObj(separator).toList();
        assertThat(separator.apply(0)).isSameAs(separators.get(0));
        assertThat(separator.apply(255)).isSameAs(separators.get(255));
        assertThat(separator.apply(256)).isEqualTo(separators.get(256)).isNotSameAs(separators.get(256));
    }

    static Stream<Random> randoms() {
        return IntStream.range(0, 200).mapToObj((seed) -> new Random(3009 + seed));
    }

    private static Map<String, String> tree(TransferAuthorization authorization) {
        return Map.of("from", authorization.from().value(), "to", authorization.to().value(), "value",
                authorization.value().toString(), "validAfter", authorization.validAfter().toString(), "validBefore",
                authorization.validBefore().toString(), "nonce", authorization.nonce());
    }

    private static BigInteger number(Random random) {
        return new BigInteger(random.nextInt(257), random);
    }

    private static EvmAddress address(Random random) {
        return EvmAddress.ofBytes(bytes(random, 20), 0);
    }

    private static String text(Random random) {
        String alphabet = "USDC usdc \u20ae\u0130\u0131\u00df\"\\\ud83d\ude80 2";
        int[] codePoints = alphabet.codePoints().toArray();
        StringBuilder text = new StringBuilder("t");
        random.ints(random.nextInt(60), 0, codePoints.length).forEach((i) -> text.appendCodePoint(codePoints[i]));
        return text.toString();
    }

    private static byte[] bytes(Random random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private static String hex(byte[] bytes) {
        return "0x" + HexFormat.of().formatHex(bytes);
    }

}
