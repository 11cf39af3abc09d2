package io.github.x402spring.webmvc;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.x402spring.protocol.SettleResponse;
import io.github.x402spring.webmvc.RawHttpClient.RawRequest;
import io.github.x402spring.webmvc.RawHttpClient.RawResponse;

import static org.assertj.core.api.Assertions.assertThat;

@PaidShopTest
class PastTheHoldTests extends PaidShopFixture {

    private static final String ORIGIN = "https://shop.example.test";

    @ParameterizedTest
    @EnumSource(names = { "SETTLE_REFUSED", "SETTLE_UNKNOWN", "SETTLE_NOT_REACHED", "SETTLE_BROKEN" })
    void responseWhenNotSettledThenNothingTheContainerWasGivenIsLeftButWhatFiltersSetIs(Outcome outcome)
            throws Exception {
        RawRequest payment = paying("/trap/past-the-hold");
        outcome.script(this.facilitator);
        RawResponse response = this.customer.send(payment);
        assertThat(response.status()).isEqualTo(outcome.expected(HandlerKind.STRING).status());
        assertThat(response.leaks("CANARY")).as(response.rawText()).isFalse();
        assertThat(response.all("X-Outer")).containsExactly("one", "two");
        assertThat(response.all("Access-Control-Allow-Origin")).containsExactly(ORIGIN);
        assertThat(response.all("Set-Cookie")).containsExactlyElementsOf(List.of("outer=kept"));
        assertThat(response.first("X-Content-Type-Options")).isEqualTo("nosniff");
    }

    @Test
    void responseWhenSettledThenIsWholeAndCarriesWhatFiltersSet() throws Exception {
        RawResponse response = this.customer.send(paying("/trap/past-the-hold"));
        assertThat(response.text()).isEqualTo("CANARY-held");
        assertThat(response.all("Access-Control-Allow-Origin")).containsExactly(ORIGIN);
        assertThat(response.all("X-Outer")).containsExactly("one", "two");
    }

    @ParameterizedTest
    @EnumSource(names = { "SETTLED", "SETTLE_REFUSED", "SETTLE_UNKNOWN" })
    void fileWhenItWouldBeSentPastTheHoldThenNothingIsSettledOrDelivered(Outcome outcome) throws Exception {
        RawRequest payment = paying("/trap/file-past-the-hold");
        outcome.script(this.facilitator);
        RawResponse response = this.customer.send(payment);
        assertThat(response.status()).isEqualTo(503);
        assertThat(response.leaks("CANARY")).isFalse();
        assertThat(response.complete()).isTrue();
        assertThat(this.visit.runs()).isEqualTo(1);
        assertThat(this.facilitator.settlements()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = { "?fail=1", "?status=404" })
    void fileWhenTheHandlerFailsThenIsNotSent(String query) throws Exception {
        RawResponse response = this.customer.send(paying("/trap/file-past-the-hold" + query));
        assertThat(response.status()).isIn(404, 500);
        assertThat(response.leaks("CANARY-file")).isFalse();
        assertThat(response.complete()).isTrue();
        assertThat(this.facilitator.settlements()).isEmpty();
    }

    @Test
    void sessionWhenNotSettledThenItsIdIsWorthNothing() throws Exception {
        RawRequest payment = paying("/paid/session");
        Outcome.SETTLE_NOT_REACHED.script(this.facilitator);
        assertThat(this.customer.send(payment).status()).isEqualTo(503);
        RawResponse response = this.customer.send(payment);
        assertThat(ShopCustomer.receipt(response).map(SettleResponse::success)).contains(true);
        assertThat(response.all("Set-Cookie")).anyMatch((cookie) -> cookie.startsWith("JSESSIONID="));
    }

    private RawRequest paying(String path) throws Exception {
        RawRequest payment = this.customer.paying(RawRequest.get(path).header("Origin", ORIGIN));
        this.visit = this.journal.begin();
        this.facilitator.reset();
        return payment;
    }

}
