package io.github.x402spring.sample;

import java.net.http.HttpResponse;
import java.util.List;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.x402spring.facilitator.FakeFacilitator;

import static org.assertj.core.api.Assertions.assertThat;

class ApiKeyTests {

    private static final String KEY = "sample-key-of-no-value";

    private static RunningShop shop;

    private static FakeFacilitator facilitator;

    private final TokenAgent caller = new TokenAgent();

    @BeforeAll
    static void open() {
        shop = RunningShop.openOn(RunningShop.freePort(), "api-keys",
                List.of(AgentJourneyTests.CountedFacilitator.class));
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

    @ParameterizedTest
    @ValueSource(strings = { "/forecast/lisbon", "/wholesale" })
    void keyWhenItIsKnownThenServed(String path) {
        HttpResponse<String> answer = get(path, "X-Api-Key", KEY);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("PAYMENT-RESPONSE")).isPresent();
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "sample-key-of-no-valuf", "sample-key-of-no-value " + "x",
            "4f1b5ed2a4f3a0e4f3b6bb7ab4d2b1b1a8f0b0d5a4bb61f0c8b9a1ab8cf0aa11" })
    void keyWhenItIsNotKnownThenRefusedAndNothingIsVerified(String key) {
        HttpResponse<String> answer = get("/forecast/lisbon", "X-Api-Key", key);
        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(answer.headers().firstValue("WWW-Authenticate")).isPresent();
        assertThat(TokenAgent.json(answer).at("/context/reason").asString()).isEqualTo("unauthenticated");
        assertThat(facilitator.verifications()).isEmpty();
        assertThat(facilitator.settlements()).isEmpty();
    }

    private HttpResponse<String> get(String path, String... headers) {
        String url = shop.origin() + path;
        String payment = Terms.pay(this.caller.get(url));
        return this.caller.get(url, headers[0], headers[1], "PAYMENT-SIGNATURE", payment);
    }

}
