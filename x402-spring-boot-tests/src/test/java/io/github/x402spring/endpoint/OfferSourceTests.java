package io.github.x402spring.endpoint;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import io.github.x402spring.PaymentFlow;
import io.github.x402spring.asset.Asset;
import io.github.x402spring.asset.AssetRegistry;
import io.github.x402spring.asset.Price;
import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.PaymentRequirements;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class OfferSourceTests {

    private static final Network CELO = Network.parse("celo");

    private static final AssetRegistry ASSETS = new AssetRegistry(
            List.of(new Asset(CELO, "TOK", "0x" + "70".repeat(20), "Token", "1", 2, null)));

    private static final String PAY_TO = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";

    @Test
    void requirementsWhenPriceHasNoSymbolThenInTheConfiguredToken() {
        PaymentRequirements requirements = source(PaymentFlow.AUTHORIZATION, null).requirements(Price.parse("$0.25"),
                "https://api.example.test/r");
        assertThat(requirements.amount()).hasToString("25");
        assertThat(requirements.asset()).isEqualTo("0x" + "70".repeat(20));
        assertThat(requirements.payTo()).isEqualTo(PAY_TO);
        assertThat(requirements.maxTimeoutSeconds()).isEqualTo(60);
    }

    @Test
    void requirementsWhenPriceNamesATokenThenInThatTokenWithItsDecimals() {
        PaymentRequirements requirements = source(PaymentFlow.AUTHORIZATION, null)
            .requirements(Price.parse("0.25 USDT"), "https://api.example.test/r");
        assertThat(requirements.amount()).hasToString("250000");
        assertThat(requirements.extra()).containsEntry("name", "Tether USD");
    }

    @Test
    void requirementsWhenTokenIsUnknownOnTheNetworkThenFails() {
        assertThatIllegalArgumentException()
            .isThrownBy(() -> source(PaymentFlow.AUTHORIZATION, null).requirements(Price.parse("1 EURC"), "r"))
            .withMessage("The price names a token that is not known on eip155:42220");
    }

    @Test
    void requirementsWhenPriceWouldHaveToBeRoundedThenFails() {
        assertThatIllegalArgumentException()
            .isThrownBy(() -> source(PaymentFlow.AUTHORIZATION, null).requirements(Price.parse("$0.001"), "r"));
    }

    @Test
    void requirementsWhenForAnotherResourceThenOtherTerms() {
        OfferSource source = source(PaymentFlow.AUTHORIZATION, null);
        assertThat(source.requirements(Price.parse("$1"), "https://api.example.test/a").extra())
            .isEqualTo(Map.of("name", "Token", "version", "1", "resource", "https://api.example.test/a"));
        assertThat(source.requirements(Price.parse("$1"), "https://api.example.test/a"))
            .isNotEqualTo(source.requirements(Price.parse("$1"), "https://api.example.test/b"));
    }

    @Test
    void requirementsWhenSettledUpfrontThenTermsSaySo() {
        assertThat(source(PaymentFlow.UPFRONT, null).requirements(Price.parse("$1"), "r").extra())
            .containsEntry("paymentFlow", "upfront");
    }

    @Test
    void anyPriceWhenThePriceNamesATokenThenPaymentsInItAreRecognized() {
        assertThat(source(PaymentFlow.UPFRONT, Price.parse("0.25 USDT")).anyPrice().extra())
            .isEqualTo(Map.of("name", "Tether USD", "version", "1"));
        assertThat(source(PaymentFlow.UPFRONT, null).anyPrice().asset()).isEqualTo("0x" + "70".repeat(20));
    }

    @Test
    void fixedWhenPriceIsKnownThenTrue() {
        assertThat(source(PaymentFlow.AUTHORIZATION, new Price(BigDecimal.ONE, null)).fixed()).isTrue();
        assertThat(source(PaymentFlow.AUTHORIZATION, null).fixed()).isFalse();
    }

    private static OfferSource source(PaymentFlow flow, @Nullable Price price) {
        return new OfferSource("exact", CELO, ASSETS.find(CELO, "TOK").orElseThrow(), PAY_TO, 60, price, null, flow,
                ASSETS, ListedExtra.NONE);
    }

}
