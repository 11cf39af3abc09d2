package io.github.x402spring.asset;

import java.math.BigInteger;
import java.util.List;
import java.util.Locale;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.github.x402spring.protocol.Network;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class AmountFormatTests {

    private static final Network BASE = Network.parse("base");

    private static final String USDC = "0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913";

    private static final String UNKNOWN = "0x5FbDB2315678afecb367f032d93F642f64180aa3";

    private static final String WHOLE = "0x1111111111111111111111111111111111111111";

    private final AmountFormat format = new AmountFormat(
            new AssetRegistry(List.of(new Asset(BASE, "WHL", WHOLE, "Whole", "1", 0, null))));

    @ParameterizedTest
    @CsvSource({ "0, 0.00", "1, 0.000001", "10, 0.00001", "10000, 0.01", "12345678, 12.345678", "1000000, 1.00",
            "1500000, 1.50", "100000000000000, 100000000.00", "1234567890123456789012345, 1234567890123456789.012345" })
    void numberWhenTokenIsKnownThenWholeTokensToTheLastUnit(BigInteger amount, String number) {
        assertThat(this.format.number(BASE, USDC, amount)).isEqualTo(number);
    }

    @Test
    void numberWhenTokenHasNoDecimalsThenTwoZeros() {
        assertThat(this.format.number(BASE, WHOLE, BigInteger.valueOf(7))).isEqualTo("7.00");
    }

    @Test
    void textWhenTokenIsUnknownThenAtomicUnitsAndAddress() {
        assertThat(this.format.text(BASE, UNKNOWN, BigInteger.valueOf(10_000))).isEqualTo("10000 " + UNKNOWN);
    }

    @Test
    void textWhenTokenIsOfAnotherNetworkThenUnknown() {
        assertThat(this.format.text(Network.parse("optimism"), USDC, BigInteger.ONE)).isEqualTo("1 " + USDC);
    }

    @Test
    void textWhenAddressIsInAnyCaseThenSymbol() {
        assertThat(this.format.text(BASE, USDC.toLowerCase(Locale.ROOT), BigInteger.valueOf(2500)))
            .isEqualTo("0.0025 USDC");
    }

}
