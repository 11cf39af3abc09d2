package io.github.x402spring.codec;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class WholeNumbersTests {

    private final WireJson json = new WireJson(4096);

    @ParameterizedTest
    @ValueSource(strings = { "2", "2.0", "2.000", "2e0", "2E0", "2e+0", "2e-0", "0.2e1", "0.02E+2", "20e-1", "200E-2",
            "2.0e0", "0.0000000002e10" })
    void tryReadWhenTheValueIsTwoThenTwo(String number) throws Exception {
        assertThat(WholeNumbers.tryRead(read(number))).contains(BigInteger.TWO);
    }

    @ParameterizedTest
    @ValueSource(strings = { "0", "-0", "0.0", "-0.0", "0e999999999", "0e-999999999" })
    void tryReadWhenTheValueIsZeroThenZero(String number) throws Exception {
        assertThat(WholeNumbers.tryRead(read(number))).contains(BigInteger.ZERO);
    }

    @ParameterizedTest
    @Timeout(5)
    @ValueSource(strings = { "2.5", "2.0000000001", "2e-1", "-0.5", "1e96", "1e999999999", "-1e999999999",
            "1e2147483647", "1e-999999999", "\"2\"", "true", "null", "[2]", "{\"a\":2}" })
    void tryReadWhenItIsNoBoundedWholeNumberThenEmpty(String value) throws Exception {
        assertThat(WholeNumbers.tryRead(read(value))).isEmpty();
    }

    @Test
    void tryReadWhenItIsNegativeOrAsLongAsUint256ThenRead() throws Exception {
        assertThat(WholeNumbers.tryRead(read("-3.0"))).contains(BigInteger.valueOf(-3));
        BigInteger most = BigInteger.TWO.pow(256).subtract(BigInteger.ONE);
        assertThat(WholeNumbers.tryRead(read(most.toString()))).contains(most);
        assertThat(WholeNumbers.tryRead(2)).contains(BigInteger.TWO);
        assertThat(WholeNumbers.tryRead(2L)).contains(BigInteger.TWO);
        assertThat(WholeNumbers.tryRead(2d)).contains(BigInteger.TWO);
        assertThat(WholeNumbers.tryRead(Double.NaN)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = { "1", "-1" })
    void tryReadWhenItHasAsManyDigitsAsAllowedThenReadFromEveryType(BigInteger sign) throws Exception {
        BigInteger most = BigInteger.TEN.pow(96).subtract(BigInteger.ONE).multiply(sign);
        BigInteger more = BigInteger.TEN.pow(96).multiply(sign);
        assertThat(WholeNumbers.tryRead(most)).contains(most);
        assertThat(WholeNumbers.tryRead(new BigDecimal(most))).contains(most);
        assertThat(WholeNumbers.tryRead(read(sign + "e95"))).contains(BigInteger.TEN.pow(95).multiply(sign));
        assertThat(WholeNumbers.tryRead(more)).isEmpty();
        assertThat(WholeNumbers.tryRead(new BigDecimal(more))).isEmpty();
        assertThat(WholeNumbers.tryRead(read(sign + "e96"))).isEmpty();
    }

    private Object read(String value) throws MalformedJsonException {
        return this.json.readObject(("{\"n\":" + value + "}").getBytes(StandardCharsets.UTF_8)).get("n");
    }

}
