package io.github.x402spring.facilitator.http;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.web.client.RestClient;

import io.github.x402spring.FreePorts;
import io.github.x402spring.facilitator.FacilitatorException;
import io.github.x402spring.facilitator.FacilitatorException.Failure;
import io.github.x402spring.protocol.Network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

@Tag("locale")
class ReplyStatusTests {

    private static final Network NETWORK = Network.parse("base-sepolia");

    private static final Duration LONG = Duration.ofSeconds(30);

    /** What neither a payment nor anything else of a payer leads to by itself. */
    private static final Set<Integer> CLIENT_ERRORS_THAT_COUNT = Set.of(401, 403, 404, 405, 407, 408);

    private final HostileFacilitatorServer server = HostileFacilitatorServer.start();

    @AfterEach
    void close() {
        this.server.close();
    }

    static IntStream statuses() {
        return IntStream.concat(IntStream.of(200, 202, 299, 301, 307, 399, 600, 999),
                IntStream.concat(IntStream.range(400, 432),
                        IntStream.of(451, 498, 499, 500, 501, 502, 503, 504, 505, 507, 511, 520, 524, 530, 599)));
    }

    static List<String> bodies(Operation operation) {
        return List.of("", "Bad Request", "<html>", "null", "[]", "{}", "{\"error\":\"bad resource\"}",
                "{\"isValid\":\"no\"}", "{\"success\":5}", operation.accepting(), operation.refusing());
    }

    @ParameterizedTest
    @MethodSource("statuses")
    void callWhenReplyIsNotUsableThenCountsOnlyWhatNoPayerCauses(int status) {
        for (Operation operation : Operation.values()) {
            for (String body : bodies(operation)) {
                this.server.on(operation.path(), HostileFacilitatorServer.document(status, "text/plain", body));
                FacilitatorException thrown = failure(operation);
                if (thrown == null) {
                    assertThat(status).isNotEqualTo(429);
                    assertThat(body).isIn(operation.accepting(), operation.refusing());
                    continue;
                }
                boolean counts = CLIENT_ERRORS_THAT_COUNT.contains(status) || (status >= 500 && status < 600);
                assertThat(thrown.failure()).as("%s %s %s", operation, status, body)
                    .isEqualTo((status == 404 || status == 405) ? Failure.NOT_FOUND
                            : counts ? Failure.ERROR : Failure.REPLY);
                assertThat(thrown.pause()).isEqualTo((status == 429) ? Duration.ofSeconds(1) : Duration.ZERO);
            }
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            429 | 1                             | PT1S
            429 | 0                             | PT1S
            429 | 59                            | PT59S
            429 | 61                            | PT60S
            429 | 99999999999999999999999999    | PT60S
            429 | -5                            | PT1S
            429 | 1.5                           | PT1S
            429 | ٣                             | PT1S
            429 | soon                          | PT1S
            429 | Mon, 01 Jun 2026 12:00:20 GMT | PT20S
            429 | Mon, 01 Jun 2026 11:59:20 GMT | PT1S
            429 | Tue, 02 Jun 2026 12:00:20 GMT | PT60S
            503 | 5                             | PT5S
            503 | 0                             | PT1S
            503 | Mon, 01 Jun 2026 12:00:20 GMT | PT20S
            503 | soon                          | PT0S
            500 | 5                             | PT0S
            502 | 5                             | PT0S
            408 | 5                             | PT0S
            400 | 5                             | PT0S
            403 | 5                             | PT0S
            """)
    void callWhenReplyNamesATimeThenPausesAfterTooManyRequestsAndWhileUnavailable(int status, String retryAfter,
            Duration pause) {
        for (Operation operation : Operation.values()) {
            this.server.on(operation.path(), HostileFacilitatorServer.withHeaders(status,
                    Map.of("Retry-After", retryAfter, "Date", "Mon, 01 Jun 2026 12:00:00 GMT"), "{}"));
            assertThat(failure(operation)).isNotNull().extracting(FacilitatorException::pause).isEqualTo(pause);
        }
    }

    @Test
    void callWhenADateHasNothingToCountFromThenPausesForASecond() {
        this.server.on("/verify", HostileFacilitatorServer.withHeaders(503,
                Map.of("Retry-After", "Mon, 01 Jun 2026 12:00:20 GMT"), "{}"));
        assertThat(failure(Operation.VERIFY)).isNotNull()
            .extracting(FacilitatorException::pause)
            .isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void verifyWhenARefusalComesWithAPauseThenSaysNothingOfThePayment() {
        for (int status : new int[] { 429, 503 }) {
            this.server.on("/verify", HostileFacilitatorServer.withHeaders(status, Map.of("Retry-After", "5"),
                    Operation.VERIFY.refusing()));
            assertThat(failure(Operation.VERIFY)).isNotNull()
                .extracting(FacilitatorException::pause)
                .isEqualTo(Duration.ofSeconds(5));
        }
    }

    @ParameterizedTest
    @EnumSource
    void callWhenThereIsNoConnectionThenCounts(Operation operation) {
        HttpFacilitatorSettings nobody = new HttpFacilitatorSettings(
                this.server.url().resolve("http://localhost:" + FreePorts.next()), LONG, LONG, LONG, List.of());
        HttpFacilitator facilitator = new HttpFacilitator(RestClient.builder(), nobody, List.of());
        assertThat(catchThrowableOfType(FacilitatorException.class, () -> operation.call(facilitator)).failure())
            .isEqualTo(Failure.UNREACHABLE);
    }

    @ParameterizedTest
    @EnumSource
    void callWhenTimeRunsOutThenCounts(Operation operation) {
        this.server.on(operation.path(), HostileFacilitatorServer.hang());
        Duration none = Duration.ofMillis(50);
        HttpFacilitator facilitator = new HttpFacilitator(RestClient.builder(),
                new HttpFacilitatorSettings(this.server.url(), LONG, none, none, List.of()), List.of());
        assertThat(catchThrowableOfType(FacilitatorException.class, () -> operation.call(facilitator)).failure())
            .isEqualTo(Failure.UNREACHABLE);
    }

    @ParameterizedTest
    @EnumSource
    void callWhenAConnectionBreaksThenAQuestionDecides(Operation operation) {
        for (HostileFacilitatorServer.Behaviour behaviour : List.of(HostileFacilitatorServer.reset(),
                HostileFacilitatorServer.closeWithoutAnswer(), HostileFacilitatorServer.raw("what?\r\n\r\n"),
                HostileFacilitatorServer.wrongLength("{", 5000))) {
            this.server.on(operation.path(), behaviour);
            assertThat(failure(operation)).isNotNull()
                .extracting(FacilitatorException::failure)
                .isEqualTo(Failure.ERROR);
        }
    }

    static Stream<Integer> working() {
        return Stream.of(200, 204, 302, 400, 402, 418);
    }

    @ParameterizedTest
    @MethodSource("working")
    void probeWhenTheFacilitatorRepliesThenSucceedsWhateverItSays(int status) {
        this.server.on("/supported", HostileFacilitatorServer.document(status, "text/plain", "what?"));
        assertThatCode(() -> facilitator().probe(NETWORK)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource({ "401,ERROR", "404,NOT_FOUND", "405,NOT_FOUND", "501,NOT_FOUND", "408,ERROR", "500,ERROR", "503,ERROR",
            "599,ERROR" })
    void probeWhenTheFacilitatorIsInTroubleThenThrows(int status, Failure failure) {
        this.server.on("/supported", HostileFacilitatorServer.json(status, "{\"kinds\":[]}"));
        assertThat(catchThrowableOfType(FacilitatorException.class, () -> facilitator().probe(NETWORK)).failure())
            .isEqualTo(failure);
        assertThat(this.server.requests()).hasSize(1);
    }

    @Test
    void probeWhenTooManyRequestsThenNamesThePauseAndDoesNotAskAgain() {
        this.server.on("/supported", HostileFacilitatorServer.withHeaders(429, Map.of("Retry-After", "5"), ""));
        FacilitatorException thrown = catchThrowableOfType(FacilitatorException.class,
                () -> facilitator().probe(NETWORK));
        assertThat(thrown.pause()).isEqualTo(Duration.ofSeconds(5));
        assertThat(this.server.requests()).hasSize(1);
    }

    private FacilitatorException failure(Operation operation) {
        return catchThrowableOfType(FacilitatorException.class, () -> operation.call(facilitator()));
    }

    private HttpFacilitator facilitator() {
        return new HttpFacilitator(RestClient.builder(),
                new HttpFacilitatorSettings(this.server.url(), LONG, LONG, LONG, List.of()), List.of());
    }

}
