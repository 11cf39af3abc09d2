package io.github.x402spring.test.shop;

import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.resttestclient.autoconfigure.AutoConfigureRestTestClient;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.client.RestTestClient;

import io.github.x402spring.test.autoconfigure.AutoConfigureX402;

import static io.github.x402spring.test.autoconfigure.AutoConfigureX402.Payments.OFF;
import static org.assertj.core.api.Assertions.assertThat;

@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = { "spring.security.user.name=alice", "spring.security.user.password=secret" })
@AutoConfigureX402(payments = OFF)
@AutoConfigureRestTestClient
class PaymentsOffServerTests {

    @Autowired
    private RestTestClient client;

    @Test
    void weatherWhenOpenToAllThenServed() {
        this.client.get().uri("/weather").exchange().expectStatus().isOk().expectBody(String.class).isEqualTo("sunny");
    }

    @Test
    void ordersWhenUpfrontThenServed() {
        this.client.post()
            .uri("/orders")
            .contentType(MediaType.TEXT_PLAIN)
            .body("figs")
            .exchange()
            .expectStatus()
            .isOk();
    }

    @Test
    void streamWhenPaymentsAreOffThenAllEvents() {
        assertThat(this.client.get().uri("/stream").exchange().returnResult(String.class).getResponseBody())
            .contains("one", "two");
    }

    @Test
    void mineWhenNobodyThenUnauthorized() {
        this.client.get().uri("/mine").exchange().expectStatus().isUnauthorized();
    }

    @Test
    void mineWhenUserThenServed() {
        this.client.get()
            .uri("/mine")
            .headers((headers) -> headers.setBasicAuth("alice", "secret"))
            .exchange()
            .expectStatus()
            .isOk();
    }

    @Test
    void reportWhenScopeIsMissingThenForbidden() {
        this.client.get()
            .uri("/report")
            .headers((headers) -> headers.setBasicAuth("alice", "secret"))
            .exchange()
            .expectStatus()
            .isForbidden();
    }

}
