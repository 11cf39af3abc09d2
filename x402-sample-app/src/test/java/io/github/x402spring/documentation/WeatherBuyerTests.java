package io.github.x402spring.documentation;

import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.springframework.web.client.RestClient;

import io.github.x402spring.client.PayingClientHttpRequestInterceptor;
import io.github.x402spring.client.PaymentPolicy;
import io.github.x402spring.client.PaymentRefusedException;
import io.github.x402spring.test.SellerServer;
import io.github.x402spring.test.TestWallet;

import static io.github.x402spring.test.SellerServer.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class WeatherBuyerTests {

    @AutoClose
    private final SellerServer seller = SellerServer.start();

    private final PaymentPolicy policy = PaymentPolicy.builder()
        .allowOrigin(this.seller.origin())
        .allowNetwork("base-sepolia")
        .maximumPerPayment("0.01 USDC")
        .build();

    private final RestClient client = RestClient.builder()
        .requestInterceptor(PayingClientHttpRequestInterceptor.builder(TestWallet.named("buyer"), this.policy).build())
        .build();

    @Test
    void weatherIsBoughtOnceWhateverTheSellerDoes() {
        this.seller.sells("/weather").forPrice("$0.01").delivers("text/plain", "sunny");
        given(this.seller).settlesUnknown();
        assertThat(weather()).isEqualTo("sunny");
        assertThat(this.seller).chargedOnce("$0.01").from(TestWallet.named("buyer")).receivedSignatures(1);
        given(this.seller).asksFor("$5");
        assertThatExceptionOfType(PaymentRefusedException.class).isThrownBy(this::weather);
        assertThat(this.seller).chargedOnce();
    }

    private String weather() {
        return this.client.get().uri(this.seller.url("/weather")).retrieve().body(String.class);
    }

}
