package io.github.x402spring.webmvc;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.x402spring.protocol.SettleResponse;
import io.github.x402spring.webmvc.RawHttpClient.RawRequest;
import io.github.x402spring.webmvc.RawHttpClient.RawResponse;

import static org.assertj.core.api.Assertions.assertThat;

@PaidShopTest
class MethodSecurityTrapTests extends PaidShopFixture {

    @ParameterizedTest
    @CsvSource({ "/paid/denied-value, 0", "/upfront/denied-value, 0", "/paid/denied-value-afterwards, 1",
            "/paid/own-rule, 0", "/upfront/own-rule, 0" })
    void denialWhenItBecomesAValueThenDeliveredAndNotCharged(String path, int runs) throws Exception {
        RawResponse response = this.customer.send(this.customer.paying(RawRequest.get(path)));
        assertThat(response.status()).isEqualTo(200);
        assertThat(response.text()).isEqualTo("CANARY-denied");
        assertThat(ShopCustomer.receipt(response)).isEmpty();
        assertThat(this.visit.runs()).isEqualTo(runs);
        assertThat(this.facilitator.settlements()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = { "/paid/granted-value", "/paid/filtered-value", "/paid/own-rule", "/upfront/own-rule" })
    void handlerWhenItsRulesGrantThenChargedOnce(String path) throws Exception {
        RawResponse response = this.customer
            .send(this.customer.paying(RawRequest.get(path).header("Authorization", PaidShop.BASIC_CREDENTIALS)));
        assertThat(response.status()).as(response.rawText()).isEqualTo(200);
        assertThat(response.text()).contains("CANARY").doesNotContain("denied", "secret");
        assertThat(ShopCustomer.receipt(response).map(SettleResponse::success)).contains(true);
        assertThat(this.visit.runs()).isEqualTo(1);
        assertThat(this.facilitator.settlements()).hasSize(1);
    }

    @Test
    void upfrontWhenAdviceOfTheApplicationThrowsThenNotCharged() throws Exception {
        RawResponse response = this.customer.send(this.customer.paying(RawRequest.get("/upfront/throttled")));
        assertThat(response.status()).isEqualTo(429);
        assertThat(this.facilitator.settlements()).isEmpty();
    }

}
