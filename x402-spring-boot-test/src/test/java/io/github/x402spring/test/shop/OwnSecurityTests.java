package io.github.x402spring.test.shop;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.webmvc.test.autoconfigure.WebMvcTest;
import org.springframework.context.annotation.Import;
import org.springframework.http.MediaType;
import org.springframework.mock.web.MockHttpSession;
import org.springframework.security.test.context.support.WithMockUser;
import org.springframework.test.web.servlet.assertj.MockMvcTester;

import io.github.x402spring.test.MockFacilitator;
import io.github.x402spring.test.autoconfigure.AutoConfigureX402;
import io.github.x402spring.test.elsewhere.Configurations;

import static io.github.x402spring.test.X402Payments.paid;
import static io.github.x402spring.test.autoconfigure.AutoConfigureX402.Payments.OFF;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.springframework.security.test.web.servlet.request.SecurityMockMvcRequestPostProcessors.csrf;
import static org.springframework.security.test.web.servlet.request.SecurityMockMvcRequestPostProcessors.httpBasic;
import static org.springframework.security.test.web.servlet.request.SecurityMockMvcRequestPostProcessors.user;

@WebMvcTest(properties = { "spring.security.user.name=alice", "spring.security.user.password=secret" })
@AutoConfigureX402
@Import(Configurations.OwnSecurity.class)
class OwnSecurityTests {

    @Autowired
    private MockMvcTester mvc;

    @Autowired
    private MockFacilitator facilitator;

    @Test
    void ordersWhenUserAndTokenInAnyOrderThenServed() {
        assertThat(this.mvc.post()
            .uri("/orders")
            .contentType(MediaType.TEXT_PLAIN)
            .content("figs")
            .with(paid())
            .with(csrf())
            .with(user("alice"))).hasStatusOk();
        assertThat(this.mvc.post()
            .uri("/orders")
            .contentType(MediaType.TEXT_PLAIN)
            .content("figs")
            .with(user("alice"))
            .with(csrf())
            .with(paid())).hasStatusOk();
        assertThat(this.facilitator.transfers()).hasSize(2);
    }

    @Test
    void ordersWhenTokenIsMissingThenFailsAndSaysSo() {
        assertThatExceptionOfType(AssertionError.class)
            .isThrownBy(() -> this.mvc.post().uri("/orders").with(paid()).with(user("alice")).exchange())
            .withMessageContaining("POST /orders asks for a payment, but without one the status was 403");
    }

    @Test
    void mineWhenCredentialsThenServed() {
        assertThat(this.mvc.get().uri("/mine").with(paid()).with(httpBasic("alice", "secret"))).hasStatusOk();
    }

    @Test
    @WithMockUser
    void mineWhenMockUserThenServed() {
        assertThat(this.mvc.get().uri("/mine").with(paid())).hasStatusOk();
    }

    @Test
    void mineWhenSessionThenSameSession() {
        MockHttpSession session = new MockHttpSession();
        assertThat(this.mvc.get().uri("/mine").session(session).with(user("alice")).with(paid())).hasStatusOk();
        assertThat(session.isInvalid()).isFalse();
    }

    @Test
    void weatherWhenRuleOfTheChainDeniesThenFailsBeforeAnythingIsPaid() {
        assertThatExceptionOfType(AssertionError.class)
            .isThrownBy(() -> this.mvc.get().uri("/weather").with(paid()).exchange())
            .withMessageContaining("the status was 401");
        assertThat(this.facilitator.verifications()).isEmpty();
    }

    @Nested
    @AutoConfigureX402(payments = OFF)
    class PaymentsOff {

        @Test
        void weatherWhenRuleOfTheChainDeniesThenStillDenied() {
            assertThat(OwnSecurityTests.this.mvc.get().uri("/weather")).hasStatus(401);
            assertThat(OwnSecurityTests.this.mvc.get().uri("/weather").with(user("alice"))).hasStatusOk();
        }

        @Test
        void ordersWhenTokenIsMissingThenStillDenied() {
            assertThat(OwnSecurityTests.this.mvc.post().uri("/orders").content("figs").with(user("alice")))
                .hasStatus(403);
            assertThat(OwnSecurityTests.this.mvc.post().uri("/orders").content("figs").with(csrf()).with(user("alice")))
                .hasStatusOk();
        }

    }

}
