package io.github.x402spring.test.shop;

import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.webmvc.test.autoconfigure.WebMvcTest;
import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.assertj.MockMvcTester;

import io.github.x402spring.test.MockFacilitator;
import io.github.x402spring.test.autoconfigure.AutoConfigureX402;

import static io.github.x402spring.test.X402Payments.paid;
import static io.github.x402spring.test.autoconfigure.AutoConfigureX402.Payments.OFF;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.springframework.security.test.web.servlet.request.SecurityMockMvcRequestPostProcessors.jwt;
import static org.springframework.security.test.web.servlet.request.SecurityMockMvcRequestPostProcessors.user;

@WebMvcTest
@AutoConfigureX402(payments = OFF)
class PaymentsOffTests {

    @Autowired
    private MockMvcTester mvc;

    @Autowired
    private MockFacilitator facilitator;

    @Test
    void weatherWhenOpenToAllThenServedWithoutPayment() {
        assertThat(this.mvc.get().uri("/weather")).hasStatusOk()
            .hasBodyTextEqualTo("sunny")
            .doesNotContainHeader("PAYMENT-RESPONSE")
            .doesNotContainHeader("PAYMENT-REQUIRED");
        assertThat(this.facilitator.verifications()).isEmpty();
    }

    @Test
    void weatherWhenHeadThenServed() {
        assertThat(this.mvc.head().uri("/weather")).hasStatusOk();
    }

    @Test
    void ordersWhenUpfrontThenServed() {
        assertThat(this.mvc.post().uri("/orders").contentType(MediaType.TEXT_PLAIN).content("figs")).hasStatusOk()
            .hasBodyTextEqualTo("ordered figs");
    }

    @Test
    void streamWhenAsynchronousThenServed() {
        assertThat(this.mvc.get().uri("/stream")).hasStatusOk().bodyText().contains("one", "two");
    }

    @Test
    void brokenWhenHandlerFailsThenItsOwnError() {
        assertThat(this.mvc.get().uri("/broken")).hasStatus(500);
    }

    @Test
    void mineWhenNobodyThenUnauthorized() {
        assertThat(this.mvc.get().uri("/mine")).hasStatus(401);
    }

    @Test
    void mineWhenUserThenServed() {
        assertThat(this.mvc.get().uri("/mine").with(user("alice"))).hasStatusOk();
    }

    @Test
    void membersWhenOnlyAnIdentityIsMissingThenUnauthorized() {
        assertThat(this.mvc.get().uri("/members")).hasStatus(401);
        assertThat(this.mvc.get().uri("/members").with(user("alice"))).hasStatusOk();
    }

    @Test
    void reportWhenScopeIsMissingThenForbidden() {
        assertThat(this.mvc.get().uri("/report").with(jwt())).hasStatus(403);
    }

    @Test
    void reportWhenScopeThenServedWithPaymentOfZero() {
        assertThat(this.mvc.get().uri("/report").with(jwt().jwt((token) -> token.claim("scope", "report"))))
            .hasStatusOk()
            .bodyText()
            .startsWith("report for 0x");
    }

    @Test
    void freeWhenNobodyThenRulesOfSecurityStay() {
        assertThat(this.mvc.get().uri("/free")).hasStatus(401);
        assertThat(this.mvc.get().uri("/free").with(user("alice"))).hasStatusOk();
    }

    @Test
    void paidWhenPaymentsAreOffThenFails() {
        assertThatExceptionOfType(AssertionError.class)
            .isThrownBy(() -> this.mvc.get().uri("/weather").with(paid()).exchange())
            .withMessageContaining("It is free: remove paid()");
    }

}
