package io.github.x402spring.documentation;

import org.junit.jupiter.api.Test;

import io.github.x402spring.client.PaymentRefusedException;
import io.github.x402spring.test.SellerServer;
import io.github.x402spring.test.TestWallet;

import static io.github.x402spring.test.SellerServer.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class WeatherBuyerTests {

    @Test
    void weatherIsBoughtOnceWhateverTheSellerDoes() {
        try (SellerServer seller = SellerServer.start()) {
            WeatherBuyer buyer = new WeatherBuyer(seller.origin(), TestWallet.named("buyer"));
            seller.sells("/weather").forPrice("$0.01").delivers("text/plain", "sunny");
            given(seller).settlesUnknown();
            assertThat(buyer.weather()).isEqualTo("sunny");
            assertThat(seller).chargedOnce("$0.01").from(TestWallet.named("buyer")).receivedSignatures(1);
            given(seller).asksFor("$5");
            assertThatExceptionOfType(PaymentRefusedException.class).isThrownBy(buyer::weather);
            assertThat(seller).chargedOnce();
        }
    }

}
