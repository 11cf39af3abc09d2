package io.github.x402spring.sample;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;

import io.github.x402spring.codec.PaymentHeaderCodec;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.SettleResponse;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class ShopTests {

    private static final PaymentHeaderCodec CODEC = new PaymentHeaderCodec(16 * 1024);

    private static RunningShop shop;

    private static final HttpClient plain = HttpClient.newHttpClient();

    @BeforeAll
    static void openShop() {
        shop = RunningShop.open();
    }

    @AfterAll
    static void closeShop() {
        shop.close();
        plain.shutdownNow();
    }

    @Test
    void quoteWhenPaidByUnknownCallerThenDelivers() {
        Buyer buyer = Buyer.of(shop.origin());
        ResponseEntity<String> answer = buyer.get("/quote");
        assertThat(answer.getStatusCode()).isEqualTo(HttpStatus.OK);
        assertThat(answer.getBody()).contains("\"soldTo\":\"" + buyer.address() + "\"");
        assertThat(Buyer.receipt(answer)).map(SettleResponse::success).contains(true);
    }

    @ParameterizedTest
    @CsvSource({ "/quote, 10000", "/forecast/lisbon, 20000", "/wholesale, 50000", "/archive, 1000",
            "/archive?pages=7, 7000", "/ticks, 3000" })
    void endpointWhenUnpaidThenStatesItsPrice(String path, String amount) throws Exception {
        HttpResponse<String> answer = send(request(path).build());
        assertThat(answer.statusCode()).isEqualTo(402);
        assertThat(accepts(answer)).map((terms) -> terms.amount().toString()).containsExactly(amount);
    }

    @Test
    void mapWhenUnpaidThenStatesSeveralOffersInOrderOfPreference() throws Exception {
        HttpResponse<String> answer = send(request("/map").build());
        assertThat(accepts(answer)).map((terms) -> terms.network() + " " + terms.amount())
            .containsExactly("eip155:421614 20000", "eip155:84532 30000");
    }

    @ParameterizedTest
    @CsvSource({ "base-sepolia, eip155:84532", "arbitrum-sepolia, eip155:421614" })
    void mapWhenPaidOnOneOfItsNetworksThenDelivers(String network, String settledOn) {
        ResponseEntity<String> answer = new Buyer(shop.origin(), network).get("/map");
        assertThat(answer.getStatusCode()).isEqualTo(HttpStatus.OK);
        assertThat(Buyer.receipt(answer)).map(SettleResponse::network).contains(settledOn);
    }

    @ParameterizedTest
    @CsvSource({ "/forecast/lisbon, reader", "/wholesale, trader" })
    void policyWhenCallerSatisfiesItThenDelivers(String path, String user) {
        ResponseEntity<String> answer = Buyer.of(shop.origin()).getAs(user, path);
        assertThat(answer.getStatusCode()).isEqualTo(HttpStatus.OK);
        assertThat(Buyer.receipt(answer)).map(SettleResponse::success).contains(true);
    }

    @ParameterizedTest
    @CsvSource({ "/forecast/lisbon, trader, insufficient_scope", "/wholesale, reader, forbidden" })
    void policyWhenCallerIsAnotherThenForbidsAndChargesNothing(String path, String user, String reason) {
        Buyer buyer = Buyer.of(shop.origin());
        ResponseEntity<String> answer = buyer.getAs(user, path);
        assertThat(answer.getStatusCode()).isEqualTo(HttpStatus.FORBIDDEN);
        assertThat(answer.getBody()).contains("\"reason\":\"" + reason + "\"", "\"charged\":\"no\"");
        assertThat(Buyer.receipt(answer)).isEmpty();
        assertThat(buyer.payments()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = { "/forecast/lisbon", "/wholesale" })
    void policyWhenCallerIsUnknownThenAsksForCredentialsAndChargesNothing(String path) {
        Buyer buyer = Buyer.of(shop.origin());
        ResponseEntity<String> answer = buyer.get(path);
        assertThat(answer.getStatusCode()).isEqualTo(HttpStatus.UNAUTHORIZED);
        assertThat(answer.getHeaders().getFirst("WWW-Authenticate")).isEqualTo("Basic realm=\"shop\"");
        assertThat(answer.getBody()).contains("\"reason\":\"unauthenticated\"", "\"charged\":\"no\"");
        assertThat(Buyer.receipt(answer)).isEmpty();
        assertThat(buyer.payments()).hasSize(1);
    }

    @Test
    void archiveWhenPaidThenDeliversAsManyPages() {
        ResponseEntity<String> answer = Buyer.of(shop.origin()).get("/archive?pages=2");
        assertThat(answer.getBody()).isEqualTo("[\"page 1\",\"page 2\"]");
    }

    @Test
    void archiveWhenHandlerRefusesThenChargesNothing() {
        Buyer buyer = Buyer.of(shop.origin());
        ResponseEntity<String> answer = buyer.get("/archive?pages=51");
        assertThat(answer.getStatusCode()).isEqualTo(HttpStatus.BAD_REQUEST);
        assertThat(Buyer.receipt(answer)).isEmpty();
        assertThat(buyer.payments()).hasSize(1);
    }

    @Test
    void wordCountWhenPostedWithoutTokenOrSessionThenSells() {
        ResponseEntity<String> answer = Buyer.of(shop.origin()).post("/word-count", "{\"text\":\"pay per word\"}");
        assertThat(answer.getBody()).isEqualTo("{\"words\":3}");
        assertThat(answer.getHeaders().containsHeader("Set-Cookie")).isFalse();
        assertThat(Buyer.receipt(answer)).map(SettleResponse::success).contains(true);
    }

    @Test
    void ticksWhenPaidThenStreams() {
        ResponseEntity<String> answer = Buyer.of(shop.origin()).get("/ticks");
        assertThat(answer.getHeaders().getContentType()).matches(MediaType.TEXT_EVENT_STREAM::isCompatibleWith);
        assertThat(answer.getBody()).isEqualTo("data:2391.40\n\ndata:2391.55\n\ndata:2391.35\n\n");
        assertThat(Buyer.receipt(answer)).map(SettleResponse::success).contains(true);
    }

    @Test
    void healthWhenUnpaidThenIsFree() throws Exception {
        assertThat(send(request("/actuator/health").build()).statusCode()).isEqualTo(200);
    }

    @Test
    void otherPathWhenCallerIsUnknownThenStaysClosed() throws Exception {
        assertThat(send(request("/actuator").build()).statusCode()).isEqualTo(401);
    }

    @Test
    void preflightWhenOriginIsAllowedThenAdmitsPaymentHeaders() throws Exception {
        HttpResponse<String> answer = preflight("http://localhost:3000");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Access-Control-Allow-Headers"))
            .hasValueSatisfying((headers) -> assertThat(headers).containsIgnoringCase("PAYMENT-SIGNATURE"));
    }

    @Test
    void preflightWhenOriginIsAnotherThenRefuses() throws Exception {
        assertThat(preflight("http://localhost:3001").statusCode()).isEqualTo(403);
    }

    private HttpResponse<String> preflight(String origin) throws Exception {
        return send(request("/quote").method("OPTIONS", HttpRequest.BodyPublishers.noBody())
            .header("Origin", origin)
            .header("Access-Control-Request-Method", "GET")
            .header("Access-Control-Request-Headers", "payment-signature,access-control-expose-headers")
            .build());
    }

    private static HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(shop.origin() + path));
    }

    private HttpResponse<String> send(HttpRequest request) throws IOException, InterruptedException {
        return plain.send(request, HttpResponse.BodyHandlers.ofString());
    }

    private static List<PaymentRequirements> accepts(HttpResponse<String> answer) {
        String header = answer.headers().firstValue("PAYMENT-REQUIRED").orElseThrow();
        return CODEC.decodePaymentRequired(header).orElseThrow().accepts();
    }

}
