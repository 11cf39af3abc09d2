package io.github.x402spring.scheme.exact.evm;

import java.math.BigInteger;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.junit.jupiter.params.provider.Arguments.arguments;

@Tag("locale")
class TransferAuthorizationTests {

    private static final String MAX_UINT256 = BigInteger.TWO.pow(256).subtract(BigInteger.ONE).toString();

    private final Map<String, Object> tree = new HashMap<>(Map.of("from", "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266",
            "to", "0x70997970C51812dc3A010C7d01b50e0d17dc79C8", "value", "10000", "validAfter", "0", "validBefore",
            "1900000000", "nonce", "0x" + "aB".repeat(32)));

    @Test
    void tryParseWhenWellFormedThenNormalForm() {
        assertThat(TransferAuthorization.tryParse(this.tree))
            .contains(new TransferAuthorization(new EvmAddress("0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266"),
                    new EvmAddress("0x70997970c51812dc3a010c7d01b50e0d17dc79c8"), BigInteger.valueOf(10000),
                    BigInteger.ZERO, BigInteger.valueOf(1900000000), "0x" + "ab".repeat(32)));
    }

    @Test
    void tryParseWhenOtherHexCaseThenEqual() {
        TransferAuthorization authorization = TransferAuthorization.tryParse(this.tree).orElseThrow();
        for (String name : List.of("from", "to", "nonce")) {
            String digits = ((String) this.tree.get(name)).substring(2);
            this.tree.put(name, "0x" + digits.toUpperCase(Locale.ROOT));
            assertThat(TransferAuthorization.tryParse(this.tree)).contains(authorization);
            this.tree.put(name, "0x" + digits.toLowerCase(Locale.ROOT));
            assertThat(TransferAuthorization.tryParse(this.tree)).contains(authorization);
        }
    }

    @Test
    void tryParseWhenUnknownMemberThenPassedOver() {
        this.tree.put("memo", List.of());
        assertThat(TransferAuthorization.tryParse(this.tree)).isPresent();
    }

    @ParameterizedTest
    @ValueSource(strings = { "value", "validAfter", "validBefore" })
    void tryParseWhenLargestNumberThenTakesIt(String name) {
        this.tree.put(name, MAX_UINT256);
        assertThat(TransferAuthorization.tryParse(this.tree)).isPresent();
    }

    @ParameterizedTest
    @MethodSource("malformed")
    void tryParseWhenMemberIsMalformedThenEmpty(String name, Object value) {
        this.tree.put(name, value);
        assertThat(TransferAuthorization.tryParse(this.tree)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = { "from", "to", "value", "validAfter", "validBefore", "nonce" })
    void tryParseWhenMemberIsMissingThenEmpty(String name) {
        this.tree.remove(name);
        assertThat(TransferAuthorization.tryParse(this.tree)).isEmpty();
        this.tree.put(name, null);
        assertThat(TransferAuthorization.tryParse(this.tree)).isEmpty();
    }

    @Test
    void createWhenNumberDoesNotFitThenRefuses() {
        TransferAuthorization authorization = TransferAuthorization.tryParse(this.tree).orElseThrow();
        for (BigInteger number : List.of(BigInteger.ONE.negate(), BigInteger.TWO.pow(256))) {
            assertThatIllegalArgumentException()
                .isThrownBy(() -> create(authorization, number, BigInteger.ZERO, BigInteger.ONE))
                .withMessage("'value' must fit uint256");
            assertThatIllegalArgumentException()
                .isThrownBy(() -> create(authorization, BigInteger.ONE, number, BigInteger.ONE))
                .withMessage("'validAfter' must fit uint256");
            assertThatIllegalArgumentException()
                .isThrownBy(() -> create(authorization, BigInteger.ONE, BigInteger.ZERO, number))
                .withMessage("'validBefore' must fit uint256");
        }
    }

    @Test
    @SuppressWarnings("NullAway")
    void createWhenNumberIsMissingThenNamesIt() {
        TransferAuthorization authorization = TransferAuthorization.tryParse(this.tree).orElseThrow();
        assertThatNullPointerException().isThrownBy(() -> create(authorization, BigInteger.ONE, BigInteger.ZERO, null))
            .withMessage("'validBefore' must not be null");
    }

    private static TransferAuthorization create(TransferAuthorization parties, BigInteger value, BigInteger validAfter,
            BigInteger validBefore) {
        return new TransferAuthorization(parties.from(), parties.to(), value, validAfter, validBefore, parties.nonce());
    }

    static Stream<Arguments> malformed() {
        Stream<Arguments> numbers = Stream.of("value", "validAfter", "validBefore")
            .flatMap((name) -> Stream
                .<Object>of("", "-1", "+1", "01", "1e3", "0x10", "1.0", " 1", "1\n", "\u0661\u0662", "\uff11",
                        BigInteger.TWO.pow(256).toString(), "9".repeat(2000), BigInteger.ONE, 1, true, List.of("1"))
                .map((value) -> arguments(name, value)));
        Stream<Arguments> addresses = Stream.of("from", "to")
            .flatMap((name) -> Stream
                .<Object>of("", "0x", "0X" + "ab".repeat(20), "ab".repeat(20), "0x" + "ab".repeat(19),
                        "0x" + "ab".repeat(21), "0x" + "\u0131b".repeat(20), BigInteger.TEN, Map.of())
                .map((value) -> arguments(name, value)));
        Stream<Arguments> nonces = Stream
            .<Object>of("", "0x", "0X" + "ab".repeat(32), "ab".repeat(32), "0x" + "ab".repeat(31),
                    "0x" + "ab".repeat(33), "0x" + "ag".repeat(32), "0x" + "ab".repeat(32) + "\n", BigInteger.TEN)
            .map((value) -> arguments("nonce", value));
        return Stream.of(numbers, addresses, nonces).flatMap((arguments) -> arguments);
    }

}
