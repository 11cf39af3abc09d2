package io.github.x402spring.facilitator.evm;

import java.math.BigInteger;
import java.util.HexFormat;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.x402spring.facilitator.evm.WalletDeployment.Unwrapped;

import static org.assertj.core.api.Assertions.assertThat;

class WalletDeploymentTests {

    private static final String MAGIC = "6492".repeat(16);

    private static final String FACTORY = "fa".repeat(20);

    @Test
    void unwrapWhenWrappedThenFactoryDataAndSignature() {
        Unwrapped unwrapped = unwrap(
                word(FACTORY) + word(0x60) + word(0xa0) + word(2) + right("beef") + word(3) + right("c0ffee") + MAGIC);
        assertThat(unwrapped.signature()).isEqualTo(bytes("c0ffee"));
        assertThat(unwrapped.deployment()).isNotNull().satisfies((deployment) -> {
            assertThat(deployment.factory().value()).isEqualTo("0x" + FACTORY);
            assertThat(deployment.data()).isEqualTo(bytes("beef"));
        });
    }

    @Test
    void unwrapWhenPartsAreEmptyThenEmptyParts() {
        Unwrapped unwrapped = unwrap(word(FACTORY) + word(0x60) + word(0x60) + word(0) + MAGIC);
        assertThat(unwrapped.signature()).isEmpty();
        assertThat(unwrapped.deployment()).extracting(WalletDeployment::data).isEqualTo(new byte[0]);
    }

    @ParameterizedTest
    @ValueSource(ints = { 0, 1, 31, 32, 65, 97, 8192 })
    void unwrapWhenNotWrappedThenTheSignatureItself(int length) {
        byte[] signature = new byte[length];
        assertThat(WalletDeployment.unwrap(signature)).hasValueSatisfying((unwrapped) -> {
            assertThat(unwrapped.deployment()).isNull();
            assertThat(unwrapped.signature()).isEqualTo(signature);
        });
    }

    @Test
    void unwrapWhenMagicStandsElsewhereThenNotWrapped() {
        byte[] signature = bytes(MAGIC + "00");
        assertThat(WalletDeployment.unwrap(signature))
            .hasValueSatisfying((unwrapped) -> assertThat(unwrapped.signature()).isEqualTo(signature));
    }

    static Stream<String> unreadable() {
        String most = "f".repeat(64);
        return Stream.of("", word(FACTORY), word(FACTORY) + word(0x60), word(FACTORY) + word(0x60) + word(0x60),
                word(FACTORY) + word(0x61) + word(0x60) + word(0), word(FACTORY) + word(0x60) + word(0x80) + word(0),
                word(FACTORY) + most + word(0x60) + word(0), word(FACTORY) + word(0x60) + most + word(0),
                word(FACTORY) + word(0x60) + word(0x60) + most, word(FACTORY) + word(0x60) + word(0x60) + word(1),
                word(FACTORY) + word(0x60) + word(0x60) + word(0x7fffffff),
                word(FACTORY) + word(0x7fffffff) + word(0x60) + word(0),
                word(FACTORY) + word(0x80000000L) + word(0x60) + word(0),
                word(FACTORY) + word(0x60) + word(0x1_0000_0060L) + word(0));
    }

    @ParameterizedTest
    @MethodSource("unreadable")
    void unwrapWhenWrappingPointsOutsideThenEmpty(String body) {
        assertThat(WalletDeployment.unwrap(bytes(body + MAGIC))).isEmpty();
    }

    @Test
    void unwrapWhenWrappedTwiceThenOnlyTheOuterOneIsTaken() {
        String inner = word(FACTORY) + word(0x60) + word(0x60) + word(0) + MAGIC;
        Unwrapped unwrapped = unwrap(
                word(FACTORY) + word(0x60) + word(0x80) + word(0) + word(inner.length() / 2) + inner + MAGIC);
        assertThat(unwrapped.signature()).isEqualTo(bytes(inner));
    }

    private static Unwrapped unwrap(String hex) {
        return WalletDeployment.unwrap(bytes(hex)).orElseThrow();
    }

    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex);
    }

    private static String word(long number) {
        return String.format("%064x", BigInteger.valueOf(number));
    }

    private static String word(String hex) {
        return "0".repeat(64 - hex.length()) + hex;
    }

    private static String right(String hex) {
        return hex + "0".repeat(64 - hex.length());
    }

}
