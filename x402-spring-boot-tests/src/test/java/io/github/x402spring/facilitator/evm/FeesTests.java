package io.github.x402spring.facilitator.evm;

import java.math.BigInteger;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.github.x402spring.facilitator.evm.EvmChain.Head;
import io.github.x402spring.facilitator.evm.EvmChain.Snapshot;
import io.github.x402spring.facilitator.evm.Transfer.Attempt;
import io.github.x402spring.protocol.Network;

import static org.assertj.core.api.Assertions.assertThat;

class FeesTests {

    @ParameterizedTest
    @CsvSource({ "10, 1, 100, 21", "0, 5, 100, 5", "40, 10, 100, 90", "45, 10, 100, 100", "49, 2, 100, 100",
            "90, 10, 100, 100" })
    void ofWhenCeilingAllowsItThenRoomForTheBaseFeeToDouble(BigInteger baseFee, BigInteger tip, BigInteger ceiling,
            BigInteger maxFee) {
        assertThat(Fees.of(snapshot(baseFee, null), settings(ceiling, tip))).isEqualTo(new Fees(maxFee, tip, false));
    }

    @ParameterizedTest
    @CsvSource({ "91, 10, 100", "101, 0, 100", "0, 101, 100" })
    void ofWhenBlockAsksForMoreThanTheCeilingThenNull(BigInteger baseFee, BigInteger tip, BigInteger ceiling) {
        assertThat(Fees.of(snapshot(baseFee, null), settings(ceiling, tip))).isNull();
    }

    @Test
    void ofWhenTipIsConfiguredThenNodeIsNotListenedTo() {
        assertThat(Fees.of(snapshot(BigInteger.TEN, BigInteger.valueOf(50)),
                settings(BigInteger.valueOf(100), BigInteger.ZERO)))
            .isEqualTo(new Fees(BigInteger.valueOf(20), BigInteger.ZERO, false));
    }

    @Test
    void ofWhenTipIsNotConfiguredThenThatOfTheNodeOrAGwei() {
        BigInteger ceiling = BigInteger.TEN.pow(12);
        BigInteger gwei = BigInteger.TEN.pow(9);
        assertThat(Fees.of(snapshot(BigInteger.TEN, BigInteger.valueOf(50)), settings(ceiling, null)))
            .isEqualTo(new Fees(BigInteger.valueOf(70), BigInteger.valueOf(50), false));
        assertThat(Fees.of(snapshot(BigInteger.TEN, null), settings(ceiling, null)))
            .isEqualTo(new Fees(gwei.add(BigInteger.valueOf(20)), gwei, false));
    }

    @Test
    void ofWhenNodeSuggestsATipBeyondTheCeilingThenNull() {
        assertThat(Fees.of(snapshot(BigInteger.ONE, BigInteger.valueOf(1000)), settings(BigInteger.valueOf(100), null)))
            .isNull();
    }

    @ParameterizedTest
    @CsvSource({ "10, 1, 100, 10, 113, 12", "200, 20, 100, 10, 200, 20", "10, 90, 100, 10, 113, 90",
            "10, 10, 16, 16, 19, 19" })
    void toReplaceWhenCeilingAllowsItThenRaisedByAnEighthAtLeast(BigInteger fee, BigInteger tip, BigInteger sentFee,
            BigInteger sentTip, BigInteger raisedFee, BigInteger raisedTip) {
        assertThat(new Fees(fee, tip, false).toReplace(attempt(sentFee, sentTip),
                settings(BigInteger.valueOf(1000), null)))
            .isEqualTo(new Fees(raisedFee, raisedTip, false));
    }

    @Test
    void toReplaceWhenCeilingIsLowerThenNull() {
        Fees fees = new Fees(BigInteger.TEN, BigInteger.ONE, false);
        Attempt attempt = attempt(BigInteger.valueOf(100), BigInteger.ONE);
        assertThat(fees.toReplace(attempt, settings(BigInteger.valueOf(113), null))).isNotNull();
        assertThat(fees.toReplace(attempt, settings(BigInteger.valueOf(112), null))).isNull();
    }

    @Test
    void toReplaceWhenTipWouldExceedTheFeeThenNoMoreThanTheFee() {
        Fees fees = new Fees(BigInteger.TEN, BigInteger.valueOf(500), false);
        assertThat(fees.toReplace(attempt(BigInteger.valueOf(100), BigInteger.TEN),
                settings(BigInteger.valueOf(1000), null)))
            .isEqualTo(new Fees(BigInteger.valueOf(113), BigInteger.valueOf(113), false));
    }

    @ParameterizedTest
    @CsvSource({ "94, false", "95, false", "96, true" })
    void exceedsWhenNextBlockAsksForMoreThanWasSentThenTrue(BigInteger baseFee, boolean exceeds) {
        Fees fees = new Fees(BigInteger.valueOf(500), BigInteger.valueOf(5), false);
        assertThat(fees.exceeds(attempt(BigInteger.valueOf(100), BigInteger.ONE), baseFee)).isEqualTo(exceeds);
    }

    @ParameterizedTest
    @CsvSource({ "7, , 100, 7", "100, , 100, 100", "7, 9, 100, 9", "9, 7, 100, 9" })
    void ofWhenTheChainHasNoBaseFeeThenLegacyAtThePriceThatTheNodeNames(BigInteger price, @Nullable BigInteger tip,
            BigInteger ceiling, BigInteger paid) {
        assertThat(Fees.of(snapshot(null, price), settings(ceiling, tip))).isEqualTo(new Fees(paid, paid, true));
        assertThat(Fees.of(snapshot(null, price), settings(paid.subtract(BigInteger.ONE), tip))).isNull();
    }

    @Test
    void ofWhenTheChainHasNoBaseFeeAndTheNodeNamesNoPriceThenAGwei() {
        BigInteger gwei = BigInteger.TEN.pow(9);
        assertThat(Fees.of(snapshot(null, null), settings(gwei, null))).isEqualTo(new Fees(gwei, gwei, true));
    }

    @Test
    void toReplaceWhenLegacyThenTheWholePriceIsRaised() {
        Fees fees = new Fees(BigInteger.TEN, BigInteger.TEN, true);
        Attempt sent = attempt(BigInteger.valueOf(80), BigInteger.valueOf(80));
        assertThat(fees.toReplace(sent, settings(BigInteger.valueOf(100), null)))
            .isEqualTo(new Fees(BigInteger.valueOf(91), BigInteger.valueOf(91), true));
        assertThat(fees.exceeds(sent, null)).isFalse();
        assertThat(fees.exceeds(attempt(BigInteger.valueOf(9), BigInteger.valueOf(9)), null)).isTrue();
    }

    private static Attempt attempt(BigInteger maxFee, BigInteger tip) {
        return new Attempt(BigInteger.ZERO, "0xab", "0x", maxFee, tip);
    }

    private static Snapshot snapshot(@Nullable BigInteger baseFee, @Nullable BigInteger tip) {
        return new Snapshot(new Head(BigInteger.ONE, "0x", Instant.EPOCH, baseFee), tip, null, List.of(), List.of());
    }

    private static EvmNetworkSettings settings(BigInteger maxFee, @Nullable BigInteger tip) {
        return new EvmNetworkSettings(Network.parse("base"), List.of(URI.create("http://localhost")), 1, maxFee, tip,
                BigInteger.TEN, Duration.ofSeconds(1), 1, 0);
    }

}
