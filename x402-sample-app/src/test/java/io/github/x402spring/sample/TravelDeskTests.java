package io.github.x402spring.sample;

import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Set;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.test.web.client.MockRestServiceServer;
import org.springframework.web.client.RestClient;

import io.github.x402spring.client.DecisionEnvelopeErrorHandler;
import io.github.x402spring.facilitator.FakeFacilitator;
import io.github.x402spring.sample.TravelDesk.Credentials;
import io.github.x402spring.sample.TravelDesk.Plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.springframework.test.web.client.match.MockRestRequestMatchers.header;
import static org.springframework.test.web.client.match.MockRestRequestMatchers.headerDoesNotExist;
import static org.springframework.test.web.client.match.MockRestRequestMatchers.requestTo;
import static org.springframework.test.web.client.response.MockRestResponseCreators.withStatus;
import static org.springframework.test.web.client.response.MockRestResponseCreators.withSuccess;

/**
 * Lets a service act on what a shop's envelopes say.
 */
class TravelDeskTests {

    private static final String ANN = basic("ann", "ann");

    private static RunningShop shop;

    private static FakeFacilitator facilitator;

    private final TokenAgent caller = new TokenAgent();

    @BeforeAll
    static void open() {
        shop = RunningShop.openOn(RunningShop.freePort(), "", List.of(AgentJourneyTests.CountedFacilitator.class));
        facilitator = shop.bean(FakeFacilitator.class);
    }

    @AfterAll
    static void close() {
        shop.close();
    }

    @BeforeEach
    void reset() {
        facilitator.reset();
    }

    @Test
    void planWhenTheShopAsksForCredentialsThenShowsThemAndBuysOnce() {
        HttpResponse<String> answer = this.caller.get(shop.origin() + "/plans/lisbon", "Authorization", ANN);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(TokenAgent.json(answer).path("days").valueStream().map((day) -> day.asString()))
            .containsExactly("sun", "sun", "rain");
        assertThat(facilitator.settlements()).hasSize(1);
    }

    @Test
    void planWhenTheCallerIsUnknownThenNothingIsBought() {
        assertThat(this.caller.get(shop.origin() + "/plans/lisbon").statusCode()).isEqualTo(401);
        assertThat(facilitator.verifications()).isEmpty();
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
        assertThat(plan.note()).contains("does not know");
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
            .andExpect(header("Authorization", basic("desk", "secret")))
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

    private static String basic(String user, String password) {
        return "Basic "
                + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.US_ASCII));
    }

}
