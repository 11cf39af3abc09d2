package io.github.x402spring.sample;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.resttestclient.autoconfigure.AutoConfigureRestTestClient;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.webmvc.test.autoconfigure.AutoConfigureMockMvc;
import org.springframework.http.HttpHeaders;
import org.springframework.test.context.ActiveProfiles;
import org.springframework.test.web.servlet.client.ExchangeResult;
import org.springframework.test.web.servlet.client.RestTestClient;

import io.github.x402spring.test.MockFacilitator;
import io.github.x402spring.test.autoconfigure.AutoConfigureX402;

import static io.github.x402spring.decision.Decision.DENY;
import static io.github.x402spring.test.X402Assertions.assertThat;
import static io.github.x402spring.test.X402Payments.paid;
import static org.assertj.core.api.Assertions.assertThat;

@SpringBootTest(properties = "sample.walkthrough=false")
@ActiveProfiles("api-keys")
@AutoConfigureX402
@AutoConfigureMockMvc
@AutoConfigureRestTestClient
class ApiKeyTests {

    private static final String KEY = "sample-key-of-no-value";

    @Autowired
    private RestTestClient client;

    @Autowired
    private MockFacilitator facilitator;

    @ParameterizedTest
    @ValueSource(strings = { "/forecast/lisbon", "/wholesale" })
    void keyWhenItIsKnownThenServed(String path) {
        assertThat(buy(path, KEY)).hasStatus(200).isSettled();
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "sample-key-of-no-valuf", "sample-key-of-no-value " + "x",
            "4f1b5ed2a4f3a0e4f3b6bb7ab4d2b1b1a8f0b0d5a4bb61f0c8b9a1ab8cf0aa11" })
    void keyWhenItIsNotKnownThenRefusedAndNothingIsVerified(String key) {
        ExchangeResult response = buy("/forecast/lisbon", key);
        assertThat(response).hasStatus(401).isNotCharged().hasDecision(DENY).because("unauthenticated");
        assertThat(response.getResponseHeaders().containsHeader("WWW-Authenticate")).isTrue();
        assertThat(this.facilitator.verifications()).isEmpty();
        assertThat(this.facilitator).settledNothing();
    }

    /** Asks for the terms without the key: with a wrong one there are none. */
    private ExchangeResult buy(String path, String key) {
        HttpHeaders terms = this.client.get().uri(path).exchange().returnResult().getResponseHeaders();
        return this.client.get()
            .uri(path)
            .header("X-Api-Key", key)
            .headers((headers) -> headers.addAll(paid().headersFor(terms)))
            .exchange()
            .returnResult();
    }

}
