package io.github.x402spring.scheme.exact.evm;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.bouncycastle.math.ec.ECPoint;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.web3j.crypto.Sign;

import io.github.x402spring.scheme.exact.evm.Eip3009Vectors.Case;
import io.github.x402spring.test.TestWallet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Holds every implementation of {@link SignatureRecovery} to the same answers.
 */
abstract class SignatureRecoveryContractTests {

    private static final BigInteger ORDER = Sign.CURVE_PARAMS.getN();

    private final SignatureRecovery recovery = recovery();

    private final TestWallet wallet = TestWallet.named("7");

    private final EvmAddress signer = EvmAddress.parse(this.wallet.address());

    private final byte[] digest = bytes(new Random(7), 32);

    private final byte[] signature = this.wallet.sign(this.digest);

    abstract SignatureRecovery recovery();

    @ParameterizedTest
    @MethodSource("io.github.x402spring.scheme.exact.evm.Eip3009Vectors#cases")
    void recoverWhenVectorOfSdkThenPayer(Case vector) {
        assertThat(this.recovery.recover(hex(vector.text("digest")), hex(vector.text("signature"))))
            .contains(EvmAddress.parse(vector.authorization("from")));
    }

    @Test
    void recoverWhenManyKeysThenEachSigner() {
        Random random = new Random(1);
        for (int i = 0; i < 100; i++) {
            TestWallet wallet = TestWallet.named(String.valueOf(random.nextLong()));
            byte[] digest = bytes(random, 32);
            assertThat(this.recovery.recover(digest, wallet.sign(digest))).contains(EvmAddress.parse(wallet.address()));
        }
    }

    @Test
    void recoverWhenManyThreadsThenEachSigner() {
        boolean all = IntStream.range(0, 200).parallel().allMatch((i) -> {
            TestWallet wallet = TestWallet.named(String.valueOf(i));
            byte[] digest = bytes(new Random(i), 32);
            return this.recovery.recover(digest, wallet.sign(digest))
                .filter(EvmAddress.parse(wallet.address())::equals)
                .isPresent();
        });
        assertThat(all).isTrue();
    }

    @Test
    void recoverWhenDigestStartsOrEndsWithZerosThenSigner() {
        for (byte[] digest : new byte[][] { new byte[32], word(BigInteger.ONE), word(BigInteger.ONE.shiftLeft(255)),
                word(ORDER), word(BigInteger.TWO.pow(256).subtract(BigInteger.ONE)) }) {
            assertThat(this.recovery.recover(digest, this.wallet.sign(digest))).contains(this.signer);
        }
    }

    @Test
    void recoverWhenOtherDigestThenNotSigner() {
        byte[] other = this.digest.clone();
        other[31] ^= 1;
        assertThat(this.recovery.recover(other, this.signature)).isNotEqualTo(Optional.of(this.signer));
    }

    @Test
    void recoverWhenHighSThenEmpty() {
        assertThat(this.recovery.recover(this.digest, SignatureForms.highS(this.signature))).isEmpty();
        assertThat(this.recovery.recover(this.digest, SignatureForms.highS(SignatureForms.highS(this.signature))))
            .contains(this.signer);
    }

    @Test
    void recoverWhenSIsJustAboveHalfThenEmpty() {
        BigInteger half = ORDER.shiftRight(1);
        assertThat(this.recovery.recover(this.digest, withS(half))).isPresent();
        assertThat(this.recovery.recover(this.digest, withS(half.add(BigInteger.ONE)))).isEmpty();
    }

    @Test
    void recoverWhenRecoveryIdIsZeroBasedThenEmpty() {
        assertThat(this.recovery.recover(this.digest, SignatureForms.zeroBasedV(this.signature))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = { 0, 1, 2, 3, 4, 26, 29, 30, 31, 34, 35, 37, 38, 127, 128, 154, 155, 156, 228, 255 })
    void recoverWhenRecoveryIdIsAnyOtherThenEmpty(int v) {
        assertThat(this.recovery.recover(this.digest, withV(v))).isEmpty();
    }

    @Test
    void recoverWhenRecoveryIdIsFlippedThenNotSigner() {
        assertThat(this.recovery.recover(this.digest, withV(27 + 28 - this.signature[64])))
            .isNotEqualTo(Optional.of(this.signer));
    }

    @ParameterizedTest
    @ValueSource(ints = { 0, 1, 32, 63, 64, 66, 97, 130, 8192 })
    void recoverWhenLengthIsWrongThenEmpty(int length) {
        assertThat(this.recovery.recover(this.digest, Arrays.copyOf(this.signature, length))).isEmpty();
    }

    @Test
    void recoverWhenAllBytesAreTheSameThenNeverSigner() {
        for (int i = 0; i < 256; i++) {
            byte[] bytes = new byte[65];
            Arrays.fill(bytes, (byte) i);
            assertThat(this.recovery.recover(this.digest, bytes)).isNotEqualTo(Optional.of(this.signer));
        }
    }

    @ParameterizedTest
    @MethodSource("outOfRange")
    void recoverWhenROrSIsOutOfRangeThenEmpty(BigInteger number) {
        assertThat(this.recovery.recover(this.digest, withR(number))).isEmpty();
        assertThat(this.recovery.recover(this.digest, withS(number))).isEmpty();
    }

    @Test
    void recoverWhenRIsOnNoPointThenEmpty() {
        assertThat(this.recovery.recover(this.digest, withR(BigInteger.valueOf(5)))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(longs = { 1, 2, 3, 77, 1234567 })
    void recoverWhenKeyIsPointAtInfinityThenEmpty(long k) {
        BigInteger nonce = BigInteger.valueOf(k);
        BigInteger s = new BigInteger(1, this.digest).multiply(nonce.modInverse(ORDER)).mod(ORDER);
        if (s.compareTo(ORDER.shiftRight(1)) > 0) {
            nonce = ORDER.subtract(nonce);
            s = ORDER.subtract(s);
        }
        ECPoint point = Sign.publicPointFromPrivate(nonce).normalize();
        byte[] bytes = new byte[65];
        System.arraycopy(point.getAffineXCoord().getEncoded(), 0, bytes, 0, 32);
        System.arraycopy(word(s), 0, bytes, 32, 32);
        bytes[64] = (byte) (point.getAffineYCoord().testBitZero() ? 28 : 27);
        assertThat(this.recovery.recover(this.digest, bytes)).isEmpty();
    }

    @Test
    void recoverWhenAnyBitIsFlippedThenNotSigner() {
        for (int bit = 0; bit < 65 * 8; bit++) {
            byte[] bytes = this.signature.clone();
            bytes[bit / 8] ^= (byte) (1 << (bit % 8));
            assertThat(this.recovery.recover(this.digest, bytes)).isNotEqualTo(Optional.of(this.signer));
        }
    }

    @Test
    void recoverWhenRandomGarbageThenNeverSigner() {
        Random random = new Random(65);
        for (int i = 0; i < 500; i++) {
            byte[] bytes = bytes(random, 65);
            bytes[32] &= 0x7f;
            bytes[64] = (byte) (27 + (i & 1));
            assertThat(this.recovery.recover(this.digest, bytes)).isNotEqualTo(Optional.of(this.signer));
        }
    }

    @Test
    void recoverWhenDoneThenArgumentsAreUnchanged() {
        byte[] digest = this.digest.clone();
        byte[] signature = this.signature.clone();
        this.recovery.recover(digest, signature);
        assertThat(digest).isEqualTo(this.digest);
        assertThat(signature).isEqualTo(this.signature);
    }

    @ParameterizedTest
    @ValueSource(ints = { 0, 31, 33 })
    void recoverWhenDigestHasOtherLengthThenThrows(int length) {
        assertThatIllegalArgumentException().isThrownBy(() -> this.recovery.recover(new byte[length], this.signature));
    }

    static Stream<BigInteger> outOfRange() {
        return Stream.of(BigInteger.ZERO, ORDER, ORDER.add(BigInteger.ONE), ORDER.add(BigInteger.TEN),
                Sign.CURVE_PARAMS.getCurve().getField().getCharacteristic(),
                BigInteger.TWO.pow(256).subtract(BigInteger.ONE));
    }

    private byte[] withR(BigInteger r) {
        byte[] bytes = this.signature.clone();
        System.arraycopy(word(r), 0, bytes, 0, 32);
        return bytes;
    }

    private byte[] withS(BigInteger s) {
        byte[] bytes = this.signature.clone();
        System.arraycopy(word(s), 0, bytes, 32, 32);
        return bytes;
    }

    private byte[] withV(int v) {
        byte[] bytes = this.signature.clone();
        bytes[64] = (byte) v;
        return bytes;
    }

    private static byte[] word(BigInteger number) {
        byte[] bytes = number.toByteArray();
        byte[] word = new byte[32];
        int length = Math.min(32, bytes.length);
        System.arraycopy(bytes, bytes.length - length, word, 32 - length, length);
        return word;
    }

    private static byte[] bytes(Random random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text, 2, text.length());
    }

}
