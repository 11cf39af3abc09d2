package io.github.x402spring.sample;

import java.time.Clock;
import java.time.Duration;
import java.util.Set;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.resttestclient.autoconfigure.AutoConfigureRestTestClient;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.web.client.MockRestServiceServer;
import org.springframework.test.web.servlet.client.RestTestClient;
import org.springframework.web.client.RestClient;

import io.github.x402spring.FreePorts;
import io.github.x402spring.client.DecisionEnvelopeErrorHandler;
import io.github.x402spring.sample.TravelDesk.Credentials;
import io.github.x402spring.sample.TravelDesk.Plan;
import io.github.x402spring.test.MockFacilitator;
import io.github.x402spring.test.autoconfigure.AutoConfigureX402;

import static org.assertj.core.api.Assertions.assertThat;
import static org.springframework.test.web.client.match.MockRestRequestMatchers.header;
import static org.springframework.test.web.client.match.MockRestRequestMatchers.headerDoesNotExist;
import static org.springframework.test.web.client.match.MockRestRequestMatchers.requestTo;
import static org.springframework.test.web.client.response.MockRestResponseCreators.withStatus;
import static org.springframework.test.web.client.response.MockRestResponseCreators.withSuccess;

/**
 * Tests a service that acts on a shop's envelopes.
 */
@SpringBootTest(webEnvironment = WebEnvironment.DEFINED_PORT, properties = "sample.walkthrough=false")
@AutoConfigureX402
@AutoConfigureRestTestClient
class TravelDeskTests {

    @Autowired
    private RestTestClient client;

    @Autowired
    private MockFacilitator facilitator;

    @DynamicPropertySource
    static void port(DynamicPropertyRegistry registry) {
        int port = FreePorts.next();
        registry.add("server.port", () -> port);
    }

    @Test
    void planWhenTheShopAsksForCredentialsThenShowsThemAndBuysOnce() {
        this.client.get()
            .uri("/plans/lisbon")
            .headers((headers) -> headers.setBasicAuth("ann", "ann"))
            .exchangeSuccessfully()
            .expectBody()
            .jsonPath("$.days")
            .value(String[].class, (days) -> assertThat(days).containsExactly("sun", "sun", "rain"));
        assertThat(this.facilitator).settledOnce("$0.02");
    }

    @Test
    void planWhenTheCallerIsUnknownThenNothingIsBought() {
        this.client.get().uri("/plans/lisbon").exchange().expectStatus().isUnauthorized();
        assertThat(this.facilitator.verifications()).isEmpty();
    }

    @Test
    void planWhenScopesAreWantedThatTheDeskHasNotThenShowsNothingOfItself() {
        Plan plan = planOfUnknownShop(envelope(403, "elevated_token", "", "[\"admin\"]"));
        assertThat(plan.days()).isEmpty();
        assertThat(plan.note()).contains("credentials");
    }

    @Test
    void planWhenAnObligationIsNotUnderstoodThenGivesUp() {
        Plan plan = planOfUnknownShop(
                envelope(401, "credentials", "{\"type\":\"sing\",\"level\":\"must\",\"message\":\"\"}", "[]"));
        assertThat(plan.days()).isEmpty();
        assertThat(plan.note()).contains("cannot do");
    }

    @ParameterizedTest
    @CsvSource({ "same_payment, 7", "later, 7" })
    void planWhenAskedToWaitThenWaitsAsLong(String retryWith, long seconds) {
        assertThat(planOfUnknownShop(envelope(503, retryWith, "", "[]")).askAgainIn())
            .isEqualTo(Duration.ofSeconds(seconds));
    }

    @ParameterizedTest
    @CsvSource({ "never", "smaller_request", "new_payment", "a_word_of_tomorrow" })
    void planWhenNothingHelpsThenGoesWithout(String retryWith) {
        Plan plan = planOfUnknownShop(envelope(403, retryWith, "", "[]"));
        assertThat(plan.days()).isEmpty();
        assertThat(plan.askAgainIn()).isNull();
    }

    @Test
    void planWhenAnObligationIsOnlyAdvisedThenGoesOn() {
        RestClient.Builder builder = RestClient.builder().baseUrl("http://shop.example");
        MockRestServiceServer server = MockRestServiceServer.bindTo(builder).build();
        server.expect(requestTo("http://shop.example/forecast/oslo"))
            .andExpect(headerDoesNotExist("Authorization"))
            .andRespond(withStatus(HttpStatus.UNAUTHORIZED).contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .body(envelope(401, "credentials", "{\"type\":\"sing\",\"level\":\"should\",\"message\":\"\"}", "[]")));
        server.expect(requestTo("http://shop.example/forecast/oslo"))
            .andExpect(header("Authorization", "Basic " + HttpHeaders.encodeBasicAuth("desk", "secret", null)))
            .andRespond(withSuccess("{\"days\":[\"snow\"]}", MediaType.APPLICATION_JSON));
        assertThat(desk(builder).plan("oslo").days()).containsExactly("snow");
        server.verify();
    }

    private static Plan planOfUnknownShop(String envelope) {
        RestClient.Builder builder = RestClient.builder().baseUrl("http://shop.example");
        MockRestServiceServer server = MockRestServiceServer.bindTo(builder).build();
        int status = Integer.parseInt(envelope.substring(10, 13));
        server.expect(requestTo("http://shop.example/forecast/oslo"))
            .andExpect(headerDoesNotExist("Authorization"))
            .andRespond(withStatus(HttpStatus.valueOf(status)).contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .body(envelope));
        Plan plan = desk(builder).plan("oslo");
        server.verify();
        return plan;
    }

    private static TravelDesk desk(RestClient.Builder builder) {
        return new TravelDesk(builder.defaultStatusHandler(new DecisionEnvelopeErrorHandler()).build(),
                new Credentials("desk", "secret", Set.of("forecast")));
    }

    private static String envelope(int status, String retryWith, String obligation, String scopes) {
        return """
                {"status":%d,"decision":"deny","context":{"reason":"refused","required":{"scopes":%s}},
                 "obligations":[%s],"advice":{"retry_with":"%s","retry_after":7},"payment":{"charged":"no"}}"""
            .formatted(status, scopes, obligation, retryWith);
    }

    /** The desk's own client signs by the time of the system. */
    @TestConfiguration(proxyBeanMethods = false)
    static class SystemTime {

        @Bean
        Clock clock() {
            return Clock.systemUTC();
        }

    }

}
