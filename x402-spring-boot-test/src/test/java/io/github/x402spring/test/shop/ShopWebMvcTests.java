package io.github.x402spring.test.shop;

import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.FutureTask;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.webmvc.test.autoconfigure.WebMvcTest;
import org.springframework.http.MediaType;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.test.web.servlet.assertj.MockMvcTester;

import io.github.x402spring.test.MockFacilitator;
import io.github.x402spring.test.TestClock;
import io.github.x402spring.test.TestPayment;
import io.github.x402spring.test.TestWallet;
import io.github.x402spring.test.autoconfigure.AutoConfigureX402;

import static io.github.x402spring.test.X402Payments.paid;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.springframework.security.test.web.servlet.request.SecurityMockMvcRequestPostProcessors.jwt;
import static org.springframework.security.test.web.servlet.request.SecurityMockMvcRequestPostProcessors.user;

@WebMvcTest
@AutoConfigureX402
@Tag("locale")
class ShopWebMvcTests {

    @Autowired
    private MockMvcTester mvc;

    @Autowired
    private MockFacilitator facilitator;

    @Autowired
    private TestClock clock;

    @Test
    void weatherWhenUnpaidThenPaymentRequired() {
        assertThat(this.mvc.get().uri("/weather")).hasStatus(402).containsHeader("PAYMENT-REQUIRED");
        assertThat(this.facilitator.verifications()).isEmpty();
    }

    @Test
    void weatherWhenPaidThenServedAndTransferred() {
        assertThat(this.mvc.get().uri("/weather").with(paid("$0.01"))).hasStatusOk()
            .hasBodyTextEqualTo("sunny")
            .containsHeader("PAYMENT-RESPONSE");
        assertThat(this.facilitator.transfers()).singleElement().satisfies((transfer) -> {
            assertThat(transfer.from()).isEqualToIgnoringCase(TestWallet.named("buyer").address());
            assertThat(transfer.to()).isEqualToIgnoringCase(TestWallet.named("seller").address());
            assertThat(transfer.amount()).hasToString("10000");
            assertThat(transfer.network()).hasToString("eip155:84532");
        });
    }

    @Test
    void paidWhenOtherPriceThenFailsAndSaysWhatIsAsked() {
        assertThatExceptionOfType(AssertionError.class)
            .isThrownBy(() -> this.mvc.get().uri("/weather").with(paid("$0.02")).exchange())
            .withMessage("Expected terms of http://localhost/weather that ask for $0.02, but they ask for 0.01 USDC "
                    + "(10000 atomic units of 0x036CbD53842c5426634e7929541eC2318f3dCF7e) on base-sepolia "
                    + "(eip155:84532), paid to " + TestWallet.named("seller").address());
        assertThat(this.facilitator.transfers()).isEmpty();
    }

    @Test
    void paidWhenEndpointIsFreeThenFails() {
        assertThatExceptionOfType(AssertionError.class)
            .isThrownBy(() -> this.mvc.get().uri("/free").with(paid()).with(user("alice")).exchange())
            .withMessage("Expected that GET /free asks for a payment, but without one the status was 200: free. "
                    + "It is free: remove paid()");
    }

    @Test
    void paidWhenRefusedBeforeTermsThenFails() {
        assertThatExceptionOfType(AssertionError.class)
            .isThrownBy(() -> this.mvc.get().uri("/free").with(paid()).exchange())
            .withMessageContaining("the status was 401");
    }

    @Test
    void mineWhenUserBeforeOrAfterPaymentThenServed() {
        assertThat(this.mvc.get().uri("/mine").with(user("alice")).with(paid())).hasStatusOk();
        assertThat(this.mvc.get().uri("/mine").with(paid()).with(user("alice"))).hasStatusOk();
        assertThat(this.facilitator.transfers()).hasSize(2);
    }

    @Test
    void mineWhenNobodyThenUnauthenticatedAndNotCharged() {
        assertThat(this.mvc.get().uri("/mine").with(paid())).hasStatus(401);
        assertThat(this.facilitator.settlements()).isEmpty();
    }

    @Test
    void reportWhenJwtBeforeOrAfterPaymentThenServed() {
        TestWallet alice = TestWallet.named("alice");
        assertThat(this.mvc.get()
            .uri("/report")
            .with(paid("$0.03").by(alice))
            .with(jwt().jwt((token) -> token.claim("scope", "report")))).hasStatusOk()
            .hasBodyTextEqualTo("report for " + alice.address().toLowerCase(Locale.ROOT));
        assertThat(this.mvc.get()
            .uri("/report")
            .with(jwt().jwt((token) -> token.claim("scope", "report")))
            .with(paid("$0.03").by(alice))).hasStatusOk();
    }

    @Test
    void reportWhenScopeIsMissingThenDeniedAndNotCharged() {
        assertThat(this.mvc.get().uri("/report").with(paid()).with(jwt())).hasStatus(403);
        assertThat(this.facilitator.verifications()).hasSize(1);
        assertThat(this.facilitator.settlements()).isEmpty();
    }

    @Test
    void brokenWhenPaidThenNotCharged() {
        assertThat(this.mvc.get().uri("/broken").with(paid())).hasStatus(500);
        assertThat(this.facilitator.transfers()).isEmpty();
    }

    @Test
    void weatherWhenReplayedThenConflictAndChargedOnce() {
        TestPayment payment = paid();
        assertThat(this.mvc.get().uri("/weather").with(payment)).hasStatusOk();
        assertThat(this.mvc.get().uri("/weather").with(paid().replayOf(payment))).hasStatus(409);
        assertThat(this.facilitator.transfers()).hasSize(1);
    }

    @Test
    void replayWhenNothingWasPaidThenFails() {
        assertThatExceptionOfType(AssertionError.class)
            .isThrownBy(() -> this.mvc.get().uri("/weather").with(paid().replayOf(paid())).exchange())
            .withMessage("The payment to replay has not been presented yet: use it in a request before");
    }

    @Test
    void weatherWhenPaymentIsUsedTwiceThenSignedAnew() {
        TestPayment payment = paid();
        assertThat(this.mvc.get().uri("/weather").with(payment)).hasStatusOk();
        assertThat(this.mvc.get().uri("/weather").with(payment)).hasStatusOk();
        assertThat(this.facilitator.transfers()).hasSize(2);
    }

    @Test
    void weatherWhenOtherThreadsPayThenSignedByTheClockOfTheApplication() throws Exception {
        this.clock.advance(Duration.ofHours(1));
        TestPayment payment = paid();
        FutureTask<Integer> shared = new FutureTask<>(() -> status(payment));
        FutureTask<Integer> own = new FutureTask<>(() -> status(paid()));
        Thread.ofPlatform().start(shared);
        Thread.ofPlatform().start(own);
        assertThat(shared.get()).isEqualTo(200);
        assertThat(own.get()).isEqualTo(200);
        assertThat(this.facilitator.transfers()).hasSize(2);
    }

    private int status(TestPayment payment) {
        return this.mvc.get().uri("/weather").with(payment).exchange().getResponse().getStatus();
    }

    @Test
    void searchWhenPriceIsComputedThenTermsOfTheVeryRequest() {
        assertThat(this.mvc.get().uri("/search?pages={pages}", 3).with(paid("$0.03"))).hasStatusOk();
        assertThat(this.mvc.get().uri("/search").queryParam("pages", "7").with(paid("$0.07"))).hasStatusOk();
        assertThat(this.mvc.get().uri("/search").with(paid("$0.01"))).hasStatusOk();
    }

    @Test
    void ordersWhenPostWithBodyThenSettledUpfront() {
        assertThat(this.mvc.post()
            .uri("/orders")
            .contentType(MediaType.TEXT_PLAIN)
            .content("two apples")
            .with(paid("$0.04"))).hasStatusOk().hasBodyTextEqualTo("ordered two apples");
        assertThat(this.facilitator.transfers()).hasSize(1);
    }

    @Test
    void streamWhenPaidThenAllEvents() {
        assertThat(this.mvc.get().uri("/stream").with(paid("$0.05"))).hasStatusOk().bodyText().contains("one", "two");
        assertThat(this.facilitator.transfers()).hasSize(1);
    }

    @Test
    void weatherWhenExpiredThenRefused() {
        assertThat(this.mvc.get().uri("/weather").with(paid().expired())).hasStatus(402)
            .bodyText()
            .contains("payment-expired");
        assertThat(this.facilitator.verifications()).isEmpty();
    }

    @Test
    void weatherWhenNotYetValidThenRefused() {
        assertThat(this.mvc.get().uri("/weather").with(paid().notYetValid())).hasStatus(402)
            .bodyText()
            .contains("authorization_valid_after");
    }

    @Test
    void weatherWhenTamperedThenRefused() {
        assertThat(this.mvc.get()
            .uri("/weather")
            .with(paid().tampered((payment) -> payment.tamper("to", TestWallet.named("mallory").address()))))
            .hasStatus(402)
            .bodyText()
            .contains("recipient_mismatch");
        assertThat(this.facilitator.transfers()).isEmpty();
    }

    @Test
    void weatherWhenOtherWalletSignedThenRefused() {
        assertThat(this.mvc.get()
            .uri("/weather")
            .with(paid().tampered((payment) -> payment.signedBy(TestWallet.create())))).hasStatus(402)
            .bodyText()
            .contains("invalid_exact_evm_signature");
    }

    @Test
    void searchWhenParameterIsNoPartOfTheQueryThenPricedAndHandledAllTheSame() {
        assertThat(this.mvc.get().uri("/search").param("pages", "4").with(paid("$0.04"))).hasStatusOk()
            .hasBodyTextEqualTo("4 pages");
        assertThat(this.mvc.get().uri("/search?pages=4").param("lang", "pt & en").with(paid("$0.04"))).hasStatusOk();
        assertThat(this.mvc.get().uri("/search").param("pages", "5")).hasStatus(402).bodyText().contains("\"50000\"");
    }

    @Test
    void contactWhenFormIsGivenAsParametersThenHandlerGetsIt() {
        assertThat(this.mvc.post().uri("/contact").param("name", "Zoë & Zé").with(paid())).hasStatusOk()
            .hasBodyTextEqualTo("Zoë & Zé");
        assertThat(this.mvc.post().uri("/contact").formField("name", "Zoë").with(paid())).hasStatusOk()
            .hasBodyTextEqualTo("Zoë");
        assertThat(this.mvc.post()
            .uri("/contact")
            .contentType(MediaType.APPLICATION_FORM_URLENCODED)
            .content("name=Ana")
            .with(paid())).hasStatusOk().hasBodyTextEqualTo("Ana");
    }

    @Test
    void freeWhenParameterThenRequestIsLeftAsItIs() {
        assertThat(this.mvc.get().uri("/free").param("pages", "4").with(user("alice"))).hasStatusOk()
            .request()
            .satisfies((request) -> assertThat(request.getQueryString()).isNull());
    }

    @Test
    void searchWhenQueryCannotBeReadThenStatusOfTheApplication() {
        assertThat(this.mvc.get().uri(URI.create("/search?pages=4&x=1&x=")).param("y", "1").with(paid())).hasStatusOk();
        assertThat(this.mvc.perform((servletContext) -> {
            MockHttpServletRequest request = new MockHttpServletRequest(servletContext, "GET", "/search");
            request.setQueryString("pages=%zz");
            return request;
        })).hasStatus(400);
    }

}
