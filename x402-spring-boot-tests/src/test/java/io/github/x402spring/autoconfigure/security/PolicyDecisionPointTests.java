package io.github.x402spring.autoconfigure.security;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.web.client.RestClient;

import io.github.x402spring.Eventually;
import io.github.x402spring.transport.BreakPoint;
import io.github.x402spring.transport.BreakPoint.Outcome;
import io.github.x402spring.transport.PoolState;
import io.github.x402spring.transport.ScriptedServer;
import io.github.x402spring.transport.ScriptedServer.Exchange;
import io.github.x402spring.transport.ScriptedServer.Script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

@Tag("waiting")
class PolicyDecisionPointTests {

    private static final Map<String, Object> QUESTION = Map.of("subject", "alice");

    private static final String BODY = "{\"decision\":true}";

    private static final Duration LONG = Duration.ofSeconds(30);

    private final ScriptedServer server = ScriptedServer.start();

    private final PolicyDecisionPoint point = point(LONG, 1);

    @AfterEach
    void close() {
        this.point.close();
        this.server.close();
    }

    @Test
    void callWhenRepliedThenIsWhatTheReplySaysToOneRequest() {
        this.server.play((exchange) -> exchange.readRequest().reply(BODY));
        assertThat(this.point.call(QUESTION)).isEqualTo(Map.of("decision", true));
        assertThat(this.server.requests()).singleElement()
            .asString()
            .startsWith("POST /v1/data HTTP/1.1\r\n")
            .contains("Content-Type: application/json\r\n")
            .endsWith("\r\n\r\n{\"subject\":\"alice\"}");
    }

    @ParameterizedTest
    @ValueSource(ints = { 201, 204, 301, 302, 307, 400, 401, 403, 404, 429, 500, 502, 503 })
    void callWhenTheStatusIsAnyOtherThenUnavailableWithoutItsText(int status) {
        this.server.play((exchange) -> exchange.readRequest()
            .write("HTTP/1.1 " + status + " 0xsecret\r\nLocation: " + this.server.url() + "/other\r\nContent-Length: "
                    + ((status != 204) ? BODY.length() + "\r\n\r\n" + BODY : "0\r\n\r\n")),
                decides());
        assertUnavailable(this.point, "The policy replied with status " + status);
        assertThat(this.server.requests()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = { "", " ", "0xsecret", "true", "null", "[]", "[{\"decision\":true}]", "\"decision\"",
            "{\"decision\":true", "{\"decision\":true}{\"decision\":true}", "{\"decision\":false,\"decision\":true}",
            "{decision:true}" })
    void callWhenTheReplyIsNoObjectThenUnavailableWithoutItsText(String reply) {
        this.server.play((exchange) -> exchange.readRequest().reply(reply));
        assertUnavailable(this.point, "The reply of The policy is not a decision");
    }

    @ParameterizedTest
    @EnumSource
    void callWhenTheConnectionBreaksThenUnavailableUnlessTheReplyIsWhole(BreakPoint broken) throws Exception {
        Duration timeout = (broken.outcome() == Outcome.SENT_AND_WAITING) ? Duration.ofSeconds(2) : LONG;
        try (PolicyDecisionPoint point = point(timeout, 1)) {
            broken.arrange(this.server, BODY);
            if (broken.outcome() == Outcome.REPLIED) {
                assertThat(point.call(QUESTION)).isEqualTo(Map.of("decision", true));
            }
            else if (broken.outcome() == Outcome.TOO_LONG) {
                assertUnavailable(point, "The reply of The policy is not a decision");
            }
            else {
                assertThatExceptionOfType(PolicyUnavailableException.class).isThrownBy(() -> point.call(QUESTION))
                    .withMessageStartingWith("The policy sent no reply (")
                    .withNoCause();
            }
            assertThat(this.server.requests()).hasSizeLessThanOrEqualTo(1);
        }
    }

    @Test
    void callWhenTheLastCallFailedThenTheNextIsMade() throws Exception {
        this.server.play(Exchange::close, decides());
        assertThatExceptionOfType(PolicyUnavailableException.class).isThrownBy(() -> this.point.call(QUESTION));
        assertThat(this.point.call(QUESTION)).isEqualTo(Map.of("decision", true));
    }

    @Test
    void callWhenAsManyCallsAreInFlightAsMayBeThenUnavailableAtOnce() throws Exception {
        this.server.play((exchange) -> {
            exchange.readRequest().awaitRelease();
            exchange.reply(BODY);
        });
        CompletableFuture<@Nullable Map<String, @Nullable Object>> first = CompletableFuture
            .supplyAsync(() -> this.point.call(QUESTION));
        Eventually.await("the first call arrives", () -> this.server.requests().size() == 1);
        assertThat(this.point.connections()).isEqualTo(new PoolState(1, 0, 0, 1));
        assertUnavailable(this.point, "The policy is called too often at once");
        assertThat(this.server.accepted()).isOne();
        this.server.release();
        assertThat(first.get()).isEqualTo(Map.of("decision", true));
    }

    @Test
    void callWhenClosedThenUnavailable() {
        this.server.play(decides());
        this.point.close();
        assertUnavailable(this.point, "The policy sent no reply (the application is shutting down)");
        assertThat(this.server.accepted()).isZero();
    }

    private PolicyDecisionPoint point(Duration timeout, int maxConcurrentCalls) {
        return new PolicyDecisionPoint("The policy", URI.create(this.server.url() + "/v1/data"), RestClient.builder(),
                timeout, maxConcurrentCalls);
    }

    private static Script decides() {
        return (exchange) -> exchange.readRequest().reply(BODY);
    }

    private static void assertUnavailable(PolicyDecisionPoint point, String message) {
        PolicyUnavailableException failure = catchThrowableOfType(PolicyUnavailableException.class,
                () -> point.call(QUESTION));
        assertThat(failure).hasMessage(message).hasNoCause();
    }

}
