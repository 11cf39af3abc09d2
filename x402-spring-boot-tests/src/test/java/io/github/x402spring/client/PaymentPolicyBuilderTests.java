package io.github.x402spring.client;

import java.util.List;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.x402spring.asset.Asset;
import io.github.x402spring.asset.AssetRegistry;
import io.github.x402spring.client.PaymentPolicy.Limit;
import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.TokenAmount;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

@Tag("locale")
class PaymentPolicyBuilderTests {

    private static final Network MEGAETH = Network.parse("megaeth");

    private static final String TOKEN = "0x5FbDB2315678afecb367f032d93F642f64180aa3";

    private final PaymentPolicyBuilder builder = PaymentPolicy.builder().allowOrigin("https://api.example.com");

    @Test
    void buildWhenTokenExistsOnSomeNetworksThenLimitedThere() {
        PaymentPolicy policy = this.builder.allowNetwork("celo")
            .allowNetwork("base")
            .maximumPerPayment("1 USDT")
            .maximumPerPayment("2 USDC")
            .build();
        assertThat(policy.limits()).extracting((limit) -> limit.network() + " " + limit.maximum())
            .containsExactly("eip155:42220 1000000", "eip155:42220 2000000", "eip155:8453 2000000");
    }

    @Test
    void buildWhenTokenCannotBePaidByThisClientThenMaximumFails() {
        assertThatIllegalArgumentException()
            .isThrownBy(() -> this.builder.allowNetwork("megaeth").maximumPerPayment("$1").build())
            .withMessage("No allowed network has a token for the maximum 1");
    }

    @Test
    void buildWhenOwnTokenGoesBeforeThePresetThenLimited() {
        Asset own = new Asset(MEGAETH, "OWN", TOKEN, "Own", "1", 2, null);
        PaymentPolicy policy = PaymentPolicy.builder(new AssetRegistry(List.of(own)))
            .allowOrigin("https://api.example.com")
            .allowNetwork("megaeth")
            .maximumPerPayment("1.25")
            .build();
        assertThat(policy.limits()).containsExactly(new Limit(MEGAETH, TOKEN, TokenAmount.of(125), own));
    }

    @Test
    void maximumPerPaymentWhenAddressIsUnknownThenNothingIsPinned() {
        PaymentPolicy policy = this.builder.allowNetwork("base")
            .maximumPerPayment("base", TOKEN, TokenAmount.of(5))
            .build();
        assertThat(policy.limits()).containsExactly(new Limit(Network.parse("base"), TOKEN, TokenAmount.of(5), null));
    }

    @ParameterizedTest
    @ValueSource(strings = { "-1", "1e3", "", "free", "0" })
    void maximumPerPaymentWhenNoAmountThenFails(String maximum) {
        assertThatIllegalArgumentException()
            .isThrownBy(() -> this.builder.allowNetwork("base").maximumPerPayment(maximum).build());
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "nowhere", "eip155:0", "eip155:0x1" })
    void allowNetworkWhenUnknownThenFails(String network) {
        assertThatIllegalArgumentException().isThrownBy(() -> this.builder.allowNetwork(network));
    }

    @Test
    void compareResourceOriginWhenNotCalledThenNotCompared() {
        this.builder.allowNetwork("base").maximumPerPayment("$1");
        assertThat(this.builder.build().resourceOriginCompared()).isFalse();
        assertThat(this.builder.compareResourceOrigin().build().resourceOriginCompared()).isTrue();
    }

    @Test
    void buildWhenNetworkAllowedTwiceThenLimitedOnce() {
        assertThat(
                this.builder.allowNetwork("base").allowNetwork("eip155:8453").maximumPerPayment("$1").build().limits())
            .hasSize(1);
    }

}
