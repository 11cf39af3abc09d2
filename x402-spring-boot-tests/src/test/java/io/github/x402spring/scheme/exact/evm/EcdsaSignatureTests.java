package io.github.x402spring.scheme.exact.evm;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.web3j.crypto.Sign;

import static org.assertj.core.api.Assertions.assertThat;

class EcdsaSignatureTests {

    private static final BigInteger ORDER = Sign.CURVE_PARAMS.getN();

    private static final BigInteger HALF = ORDER.shiftRight(1);

    @ParameterizedTest
    @CsvSource({ "27, 0", "28, 1" })
    void tryParseWhenWithinBoundsThenPartsAndRecoveryId(int v, int recoveryId) {
        assertThat(EcdsaSignature.tryParse(bytes(BigInteger.TWO, BigInteger.TEN, v)))
            .contains(new EcdsaSignature(BigInteger.TWO, BigInteger.TEN, recoveryId));
    }

    @Test
    void tryParseWhenAtTheBoundsThenParsed() {
        BigInteger most = ORDER.subtract(BigInteger.ONE);
        assertThat(EcdsaSignature.tryParse(bytes(most, HALF, 28))).contains(new EcdsaSignature(most, HALF, 1));
        assertThat(EcdsaSignature.tryParse(bytes(BigInteger.ONE, BigInteger.ONE, 27)))
            .contains(new EcdsaSignature(BigInteger.ONE, BigInteger.ONE, 0));
    }

    static Stream<byte[]> beyond() {
        return Stream.of(bytes(BigInteger.ZERO, BigInteger.ONE, 27), bytes(BigInteger.ONE, BigInteger.ZERO, 27),
                bytes(ORDER, BigInteger.ONE, 27), bytes(BigInteger.ONE, HALF.add(BigInteger.ONE), 27),
                bytes(BigInteger.ONE, ORDER, 28));
    }

    @ParameterizedTest
    @MethodSource("beyond")
    void tryParseWhenROrSIsBeyondItsBoundThenEmpty(byte[] signature) {
        assertThat(EcdsaSignature.tryParse(signature)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = { 0, 1, 26, 29, 37, 155, 156, 255 })
    void tryParseWhenLastByteIsAnyOtherThenEmpty(int v) {
        assertThat(EcdsaSignature.tryParse(bytes(BigInteger.ONE, BigInteger.ONE, v))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = { 0, 64, 66, 97 })
    void tryParseWhenLengthDiffersThenEmpty(int length) {
        byte[] signature = Arrays.copyOf(bytes(BigInteger.ONE, BigInteger.ONE, 27), length);
        assertThat(EcdsaSignature.tryParse(signature)).isEmpty();
    }

    private static byte[] bytes(BigInteger r, BigInteger s, int v) {
        return HexFormat.of().parseHex(String.format("%064x%064x%02x", r, s, v));
    }

}
