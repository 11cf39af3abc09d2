package io.github.x402spring.sample;

import java.util.List;
import java.util.Locale;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.resttestclient.autoconfigure.AutoConfigureRestTestClient;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.client.ExchangeResult;
import org.springframework.test.web.servlet.client.RestTestClient;

import io.github.x402spring.codec.PaymentHeaderCodec;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.test.MockFacilitator;
import io.github.x402spring.test.TestPayment;
import io.github.x402spring.test.TestWallet;
import io.github.x402spring.test.autoconfigure.AutoConfigureX402;

import static io.github.x402spring.decision.Charged.NO;
import static io.github.x402spring.decision.Decision.DENY;
import static io.github.x402spring.test.X402Assertions.assertThat;
import static io.github.x402spring.test.X402Payments.paid;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of the shop on a port: whatever the application does to a response is in it.
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = { "sample.walkthrough=false", "management.health.redis.enabled=false" })
@AutoConfigureX402
@AutoConfigureRestTestClient
@Tag("locale")
class ShopTests {

    @Autowired
    private RestTestClient client;

    @Autowired
    private MockFacilitator facilitator;

    @Test
    void quoteWhenPaidByUnknownCallerThenDelivers() {
        TestWallet wallet = TestWallet.create();
        ExchangeResult response = buy("/quote", paid("$0.01").by(wallet));
        assertThat(response).hasStatus(200).isSettled().by(wallet);
        assertThat(response).body().contains("\"soldTo\":\"" + wallet.address().toLowerCase(Locale.ROOT) + "\"");
        assertThat(this.facilitator).settledOnce("$0.01").from(wallet);
    }

    @ParameterizedTest
    @CsvSource({ "/quote, $0.01", "/forecast/lisbon, $0.02", "/wholesale, $0.05", "/archive, $0.001",
            "/archive?pages=7, $0.007", "/ticks, $0.003" })
    void endpointWhenUnpaidThenStatesItsPrice(String path, String price) {
        ExchangeResult response = get(path);
        assertThat(response).isPaymentRequired().forPrice(price);
        assertThat(accepts(response)).hasSize(1);
    }

    @Test
    void mapWhenUnpaidThenStatesSeveralOffersInOrderOfPreference() {
        assertThat(accepts(get("/map"))).map((terms) -> terms.network() + " " + terms.amount())
            .containsExactly("eip155:421614 20000", "eip155:84532 30000");
    }

    @ParameterizedTest
    @CsvSource({ "base-sepolia, $0.03", "arbitrum-sepolia, $0.02" })
    void mapWhenPaidOnOneOfItsNetworksThenDelivers(String network, String price) {
        assertThat(buy("/map", paid(price).onNetwork(network))).hasStatus(200).isSettled().onNetwork(network);
    }

    @ParameterizedTest
    @CsvSource({ "/forecast/lisbon, reader", "/wholesale, trader" })
    void policyWhenCallerSatisfiesItThenDelivers(String path, String user) {
        assertThat(buyAs(user, path)).hasStatus(200).isSettled();
    }

    @ParameterizedTest
    @CsvSource({ "/forecast/lisbon, trader, insufficient_scope", "/wholesale, reader, forbidden" })
    void policyWhenCallerIsAnotherThenForbidsAndChargesNothing(String path, String user, String reason) {
        assertThat(buyAs(user, path)).hasStatus(403).isNotCharged().hasDecision(DENY).because(reason).charged(NO);
        assertThat(this.facilitator).settledNothing();
    }

    @ParameterizedTest
    @ValueSource(strings = { "/forecast/lisbon", "/wholesale" })
    void policyWhenCallerIsUnknownThenAsksForCredentialsAndChargesNothing(String path) {
        ExchangeResult response = buy(path, paid());
        assertThat(response).hasStatus(401).isNotCharged().hasDecision(DENY).because("unauthenticated").charged(NO);
        assertThat(response.getResponseHeaders().getFirst("WWW-Authenticate")).isEqualTo("Basic realm=\"shop\"");
        assertThat(this.facilitator).settledNothing();
    }

    @Test
    void archiveWhenPaidThenDeliversAsManyPages() {
        assertThat(buy("/archive?pages=2", paid("$0.002"))).body().isEqualTo("[\"page 1\",\"page 2\"]");
    }

    @Test
    void archiveWhenHandlerRefusesThenChargesNothing() {
        assertThat(buy("/archive?pages=51", paid())).hasStatus(400).isNotCharged();
        assertThat(this.facilitator).settledNothing();
    }

    @Test
    void wordCountWhenPostedWithoutTokenOrSessionThenSells() {
        ExchangeResult response = paying(paid()).post()
            .uri("/word-count")
            .contentType(MediaType.APPLICATION_JSON)
            .body("{\"text\":\"pay per word\"}")
            .exchange()
            .returnResult();
        assertThat(response).isSettled();
        assertThat(response).body().isEqualTo("{\"words\":3}");
        assertThat(response.getResponseHeaders().containsHeader("Set-Cookie")).isFalse();
    }

    @Test
    void ticksWhenPaidThenStreams() {
        ExchangeResult response = buy("/ticks", paid());
        assertThat(response).isSettled();
        assertThat(response).body().isEqualTo("data:2391.40\n\ndata:2391.55\n\ndata:2391.35\n\n");
        assertThat(response.getResponseHeaders().getContentType())
            .matches(MediaType.TEXT_EVENT_STREAM::isCompatibleWith);
    }

    @Test
    void healthWhenUnpaidThenIsFree() {
        assertThat(get("/actuator/health")).hasStatus(200);
    }

    @Test
    void otherPathWhenCallerIsUnknownThenStaysClosed() {
        assertThat(get("/actuator")).hasStatus(401);
    }

    @Test
    void preflightWhenOriginIsAllowedThenAdmitsPaymentHeaders() {
        ExchangeResult response = preflight("http://localhost:3000");
        assertThat(response).hasStatus(200);
        assertThat(response.getResponseHeaders().getFirst("Access-Control-Allow-Headers"))
            .containsIgnoringCase("PAYMENT-SIGNATURE");
    }

    @Test
    void preflightWhenOriginIsAnotherThenRefuses() {
        assertThat(preflight("http://localhost:3001")).hasStatus(403);
    }

    private ExchangeResult preflight(String origin) {
        return this.client.options()
            .uri("/quote")
            .header("Origin", origin)
            .header("Access-Control-Request-Method", "GET")
            .header("Access-Control-Request-Headers", "payment-signature,access-control-expose-headers")
            .exchange()
            .returnResult();
    }

    private ExchangeResult get(String path) {
        return this.client.get().uri(path).exchange().returnResult();
    }

    private ExchangeResult buy(String path, TestPayment payment) {
        return paying(payment).get().uri(path).exchange().returnResult();
    }

    private ExchangeResult buyAs(String user, String path) {
        return paying(paid()).get()
            .uri(path)
            .headers((headers) -> headers.setBasicAuth(user, user))
            .exchange()
            .returnResult();
    }

    private RestTestClient paying(TestPayment payment) {
        return this.client.mutate().requestInterceptor(payment).build();
    }

    private static List<PaymentRequirements> accepts(ExchangeResult response) {
        String header = response.getResponseHeaders().getFirst("PAYMENT-REQUIRED");
        return new PaymentHeaderCodec(16 * 1024).decodePaymentRequired(header).orElseThrow().accepts();
    }

}
