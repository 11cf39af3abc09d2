package io.github.x402spring.asset;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

import io.github.x402spring.Vectors;
import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.TokenAmount;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

@Tag("locale")
class PriceTests {

    private static final Set<String> TRUNCATED_OR_ZERO_IN_THE_SDK = Set.of("0.0000009", "1.1234569", "0",
            "0.123456789012345678999", "5.9");

    private static final Set<String> NO_PRICE_BUT_CONVERTED_BY_THE_SDK = Set.of("-1", "7.");

    private final AssetRegistry registry = new AssetRegistry(List.of());

    @ParameterizedTest
    @MethodSource("moneyThatTheSdkParses")
    void parseWhenSdkParsesThenSameAmountAndSymbol(JsonNode row) {
        Price price = Price.parse(row.required("input").asString());
        assertThat(price.amount().toPlainString()).isEqualTo(row.required("parsed").required("amount").asString());
        assertThat(price.symbol()).isEqualTo(row.required("parsed").path("symbol").asStringOpt().orElse(null));
    }

    @ParameterizedTest
    @MethodSource("moneyThatTheSdkRefuses")
    void parseWhenSdkRefusesThenRefused(JsonNode row) {
        assertThatIllegalArgumentException().isThrownBy(() -> Price.parse(row.required("input").asString()));
    }

    @ParameterizedTest
    @ValueSource(strings = { "", " ", "$", "+1", "$+1", "-0.01", "$-1", "1e-3", "1E3", "1e3", "0x10", "NaN", "Infinity",
            "1_000", "1 000", "1.2.3", "1..2", "$$1", "1$", "\uff11", "\u0661", "0.\u0661", "\u0967.5", "1\u00a0USDC",
            "1 USDC EURC", "1 <b>", "1\n", "\n1", "1 USDC\nX: y", "1,5" })
    void parseWhenNotAPriceThenRefused(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> Price.parse(text))
            .withMessage("A price is written like \"$0.01\", \"0.01\" or \"1.50 USDC\"");
    }

    @Test
    void parseWhenLongerThanAnyPriceThenRefused() {
        assertThat(Price.parse("9".repeat(40)).amount()).isEqualTo(new BigDecimal("9".repeat(40)));
        assertThatIllegalArgumentException().isThrownBy(() -> Price.parse("9".repeat(41)));
        assertThatIllegalArgumentException().isThrownBy(() -> Price.parse("0." + "1".repeat(41)));
    }

    @Test
    void createWhenAmountIsNegativeThenRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Price(new BigDecimal("-0.01"), null));
    }

    @ParameterizedTest
    @MethodSource("amountsThatTheSdkConvertsExactly")
    void inWhenSdkConvertsExactlyThenSameAtomicUnits(JsonNode row) {
        Price price = Price.parse(row.required("decimalAmount").asString());
        assertThat(price.in(asset(row.required("decimals").asInt()))).hasToString(row.required("atomic").asString());
    }

    @ParameterizedTest
    @MethodSource("amountsThatTheSdkTruncates")
    void inWhenSdkTruncatesOrYieldsZeroThenRefused(JsonNode row) {
        Price price = Price.parse(row.required("decimalAmount").asString());
        assertThatIllegalArgumentException().isThrownBy(() -> price.in(asset(row.required("decimals").asInt())));
    }

    @ParameterizedTest
    @MethodSource("amountsThatAreNoPrices")
    void parseWhenSdkConvertsWhatIsNoPriceThenRefused(JsonNode row) {
        assertThatIllegalArgumentException().isThrownBy(() -> Price.parse(row.required("decimalAmount").asString()));
    }

    @Test
    void inWhenOneAtomicUnitThenOne() {
        assertThat(Price.parse("0.000001").in(asset(6))).isEqualTo(TokenAmount.of(1));
    }

    @Test
    void inWhenTrailingZerosExceedTheDecimalsThenExact() {
        assertThat(Price.parse("0.0100000000").in(asset(6))).isEqualTo(TokenAmount.of(10_000));
    }

    @Test
    void createWhenExponentIsHugeThenRefusedWithoutWritingTheNumberOut() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Price(new BigDecimal("1e1000000000"), null));
        assertThatIllegalArgumentException().isThrownBy(() -> new Price(new BigDecimal("1e-1000000000"), null));
        assertThat(new Price(new BigDecimal("1e2"), null).in(asset(6))).isEqualTo(TokenAmount.of(100_000_000));
    }

    @Test
    void inWhenLargerThanUint256ThenRefused() {
        BigInteger max = BigInteger.TWO.pow(256).subtract(BigInteger.ONE);
        assertThat(new Price(new BigDecimal(max), null).in(asset(0))).isEqualTo(new TokenAmount(max));
        Price larger = new Price(new BigDecimal(max.add(BigInteger.ONE)), null);
        assertThatIllegalArgumentException().isThrownBy(() -> larger.in(asset(0)));
    }

    @ParameterizedTest
    @MethodSource("pricesThatTheSdkResolves")
    void inWhenAssetOfTheRegistryThenSameTermsAsTheSdk(JsonNode row) {
        Price price = Price.parse(row.required("price").asString());
        Asset asset = this.registry.find(Network.parse(row.required("network").asString()), price.symbol())
            .orElseThrow();
        JsonNode result = row.required("result");
        assertThat(price.in(asset)).hasToString(result.required("amount").asString());
        assertThat(asset.address()).isEqualTo(result.required("asset").asString());
        assertThat(asset.extra()).isEqualTo(Vectors.object(result.required("extra")));
        assertThat(asset.extra().keySet()).containsExactlyElementsOf(result.required("extra").propertyNames());
    }

    @ParameterizedTest
    @MethodSource("pricesThatTheSdkDoesNotResolve")
    void findWhenSdkKnowsNoAssetThenEmpty(JsonNode row) {
        Price price = Price.parse(row.required("price").asString());
        assertThat(this.registry.find(Network.parse(row.required("network").asString()), price.symbol())).isEmpty();
    }

    private static Stream<JsonNode> moneyThatTheSdkParses() {
        return money().filter((row) -> row.required("ok").asBoolean());
    }

    private static Stream<JsonNode> moneyThatTheSdkRefuses() {
        return money().filter((row) -> !row.required("ok").asBoolean());
    }

    private static Stream<JsonNode> money() {
        return Vectors.rows("money.json", "parseMoney")
            .stream()
            .filter((row) -> "string".equals(row.required("inputType").asString()));
    }

    private static Stream<JsonNode> amountsThatTheSdkConvertsExactly() {
        return conversions().filter((row) -> row.required("ok").asBoolean())
            .filter((row) -> !TRUNCATED_OR_ZERO_IN_THE_SDK.contains(row.required("decimalAmount").asString()))
            .filter((row) -> !NO_PRICE_BUT_CONVERTED_BY_THE_SDK.contains(row.required("decimalAmount").asString()));
    }

    private static Stream<JsonNode> amountsThatTheSdkTruncates() {
        return conversions()
            .filter((row) -> TRUNCATED_OR_ZERO_IN_THE_SDK.contains(row.required("decimalAmount").asString()));
    }

    private static Stream<JsonNode> amountsThatAreNoPrices() {
        return conversions().filter((row) -> !row.required("ok").asBoolean()
                || NO_PRICE_BUT_CONVERTED_BY_THE_SDK.contains(row.required("decimalAmount").asString()));
    }

    private static Stream<JsonNode> conversions() {
        return Vectors.rows("money.json", "convertToTokenAmount").stream();
    }

    private static Stream<JsonNode> pricesThatTheSdkResolves() {
        return prices().filter((row) -> row.required("ok").asBoolean());
    }

    private static Stream<JsonNode> pricesThatTheSdkDoesNotResolve() {
        return prices().filter((row) -> !row.required("ok").asBoolean());
    }

    private static Stream<JsonNode> prices() {
        return Vectors.rows("money.json", "exactEvmParsePrice")
            .stream()
            .filter((row) -> row.required("price").isString());
    }

    private static Asset asset(int decimals) {
        return new Asset(Network.parse("localhost"), "TEST", "0x" + "1".repeat(40), "Test", "1", decimals, null);
    }

}
