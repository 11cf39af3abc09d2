package io.github.x402spring.test.shop;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.resttestclient.TestRestTemplate;
import org.springframework.boot.resttestclient.autoconfigure.AutoConfigureRestTestClient;
import org.springframework.boot.resttestclient.autoconfigure.AutoConfigureTestRestTemplate;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.RequestEntity;
import org.springframework.test.web.servlet.client.RestTestClient;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestTemplate;

import io.github.x402spring.codec.PaymentHeaderCodec;
import io.github.x402spring.test.MockFacilitator;
import io.github.x402spring.test.TestClock;
import io.github.x402spring.test.TestPayment;
import io.github.x402spring.test.TestWallet;
import io.github.x402spring.test.autoconfigure.AutoConfigureX402;

import static io.github.x402spring.test.MockFacilitator.given;
import static io.github.x402spring.test.X402Payments.paid;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT, properties = "x402.web.v1=true")
@AutoConfigureX402
@AutoConfigureRestTestClient
@AutoConfigureTestRestTemplate
@Tag("locale")
class ShopServerTests {

    @Autowired
    private RestTestClient client;

    @Autowired
    private TestRestTemplate template;

    @Autowired
    private MockFacilitator facilitator;

    @Autowired
    private TestClock clock;

    @LocalServerPort
    private int port;

    @Test
    void restTestClientWhenPaidThenServed() {
        paying(paid("$0.01")).get()
            .uri("/weather")
            .exchange()
            .expectStatus()
            .isOk()
            .expectBody(String.class)
            .isEqualTo("sunny");
        assertThat(this.facilitator.transfers()).hasSize(1);
    }

    @Test
    void restTestClientWhenUnpaidThenPaymentRequired() {
        this.client.get().uri("/weather").exchange().expectStatus().isEqualTo(402);
        assertThat(this.facilitator.transfers()).isEmpty();
    }

    @Test
    void restTestClientWhenOtherPriceThenFailsAndSaysWhatIsAsked() {
        RestTestClient client = paying(paid("$7"));
        assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> client.get().uri("/weather").exchange())
            .withMessageContaining("that ask for $7, but they ask for 0.01 USDC");
    }

    @Test
    void restTestClientWhenFreeThenFails() {
        RestTestClient client = paying(paid());
        assertThatExceptionOfType(AssertionError.class)
            .isThrownBy(() -> client.get().uri("/free").headers((headers) -> headers.setBasicAuth("a", "b")).exchange())
            .withMessageContaining("/free asks for a payment, but without one the status was 401");
    }

    @Test
    void restTestClientWhenBodyThenSentTwice() {
        paying(paid("$0.04")).post()
            .uri("/orders")
            .contentType(MediaType.TEXT_PLAIN)
            .body("pears")
            .exchange()
            .expectStatus()
            .isOk()
            .expectBody(String.class)
            .isEqualTo("ordered pears");
    }

    @Test
    void restTestClientWhenStreamThenAllEvents() {
        String events = paying(paid("$0.05")).get()
            .uri("/stream")
            .exchange()
            .expectStatus()
            .isOk()
            .returnResult(String.class)
            .getResponseBody();
        assertThat(events).contains("one", "two");
    }

    @Test
    void restTestClientWhenReplayedThenConflict() {
        TestPayment payment = paid();
        paying(payment).get().uri("/weather").exchange().expectStatus().isOk();
        paying(paid().replayOf(payment)).get().uri("/weather").exchange().expectStatus().isEqualTo(409);
        assertThat(this.facilitator.transfers()).hasSize(1);
    }

    @Test
    void testRestTemplateWhenPaidThenServed() {
        this.template.getRestTemplate().setInterceptors(List.of(paid("$0.01")));
        try {
            assertThat(this.template.getForEntity("/weather", String.class).getBody()).isEqualTo("sunny");
        }
        finally {
            this.template.getRestTemplate().setInterceptors(List.of());
        }
    }

    @Test
    void testRestTemplateWhenHeadersOfTheChallengeThenServed() {
        HttpHeaders challenge = this.template.getForEntity("/weather", String.class).getHeaders();
        RequestEntity<Void> request = RequestEntity.get("/weather")
            .headers(paid("$0.01").headersFor(challenge))
            .build();
        assertThat(this.template.exchange(request, String.class).getStatusCode()).isEqualTo(HttpStatus.OK);
    }

    @Test
    void restTemplateAndRestClientWhenInterceptedThenServed() {
        RestTemplate template = new RestTemplate();
        template.setInterceptors(List.of(paid()));
        assertThat(template.getForObject(address("/weather"), String.class)).isEqualTo("sunny");
        RestClient client = RestClient.builder().requestInterceptor(paid()).build();
        assertThat(client.get().uri(address("/weather")).retrieve().body(String.class)).isEqualTo("sunny");
        assertThat(this.facilitator.transfers()).hasSize(2);
    }

    @Test
    void headersForWhenAddressThenAnyClientCanPay() throws Exception {
        HttpHeaders payment = paid("$0.01").by(TestWallet.named("alice")).headersFor(address("/weather"));
        HttpRequest request = HttpRequest.newBuilder(address("/weather"))
            .header("PAYMENT-SIGNATURE", String.valueOf(payment.getFirst("PAYMENT-SIGNATURE")))
            .build();
        try (HttpClient client = HttpClient.newHttpClient()) {
            assertThat(client.send(request, HttpResponse.BodyHandlers.ofString()).body()).isEqualTo("sunny");
        }
    }

    @Test
    void headersForWhenDecodedTermsThenSameHeader() throws IOException {
        HttpHeaders challenge = this.template.getForEntity("/weather", String.class).getHeaders();
        HttpHeaders payment = paid().headersFor(new PaymentHeaderCodec(65536)
            .decodePaymentRequired(String.valueOf(challenge.getFirst("PAYMENT-REQUIRED")))
            .orElseThrow());
        RequestEntity<Void> request = RequestEntity.get("/weather").headers(payment).build();
        assertThat(this.template.exchange(request, String.class).getStatusCode()).isEqualTo(HttpStatus.OK);
    }

    @Test
    void headersForWhenResponseHasNoTermsThenFails() {
        assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> paid().headersFor(new HttpHeaders()))
            .withMessage("Expected one header PAYMENT-REQUIRED with the terms, but there is none");
    }

    @Test
    void v1WhenTakenThenServedAndReceiptOfVersionOne() {
        paying(paid("$0.01").v1()).get()
            .uri("/weather")
            .exchange()
            .expectStatus()
            .isOk()
            .expectHeader()
            .exists("X-PAYMENT-RESPONSE");
        assertThat(this.facilitator.transfers()).hasSize(1);
    }

    @Test
    void v1WhenNamedThenFails() {
        RestTestClient client = paying(paid().v1().named("order-1"));
        assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> client.get().uri("/weather").exchange())
            .withMessage("The purchase cannot be named: payments of version 1 have no place for it");
    }

    @Test
    void expiredWhenClockWasMovedThenByTheClockOfTheApplication() {
        this.clock.advance(Duration.ofDays(400));
        paying(paid()).get().uri("/weather").exchange().expectStatus().isOk();
        paying(paid().expired()).get().uri("/weather").exchange().expectStatus().isEqualTo(402);
        paying(paid().notYetValid()).get().uri("/weather").exchange().expectStatus().isEqualTo(402);
    }

    @Test
    void atWhenOtherThreadThenByTheGivenClock() throws Exception {
        this.clock.advance(Duration.ofDays(400));
        TestPayment payment = paid().at(this.clock);
        Thread thread = Thread.ofVirtual().start(() -> paying(payment).get().uri("/weather").exchange());
        thread.join();
        assertThat(this.facilitator.transfers()).hasSize(1);
    }

    @RepeatedTest(2)
    void facilitatorWhenScriptedByAnotherTestThenForgotten() {
        paying(paid()).get().uri("/weather").exchange().expectStatus().isOk();
        given(this.facilitator).isDown();
        paying(paid()).get().uri("/weather").exchange().expectStatus().isEqualTo(503);
    }

    private RestTestClient paying(TestPayment payment) {
        return this.client.mutate().requestInterceptor(payment).build();
    }

    private URI address(String path) {
        return URI.create("http://localhost:" + this.port + path);
    }

}
