package io.github.x402spring.e2e;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import tools.jackson.databind.JsonNode;

import io.github.x402spring.Eventually;
import io.github.x402spring.audit.AuditRecord.PaymentRecorded;
import io.github.x402spring.audit.AuditRecord.ResourceReturned;
import io.github.x402spring.e2e.RawHttp.Answer;
import io.github.x402spring.facilitator.http.HostileFacilitatorServer;
import io.github.x402spring.facilitator.http.HostileFacilitatorServer.Behaviour;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Starts beside facilitators that support what is offered, or not, or do not tell.
 */
@Tag("locale")
@ExtendWith(OutputCaptureExtension.class)
class SupportedOffersTests {

    private HostileFacilitatorServer server;

    @BeforeEach
    void start() {
        this.server = HostileFacilitatorServer.start();
    }

    @AfterEach
    void stop() {
        this.server.close();
    }

    static Stream<Arguments> facilitators() {
        return Stream.of(row("supports it", kinds("eip155:84532"), "UP", "[]"),
                row("supports all of its kind", kinds("eip155:*"), "UP", "[]"),
                row("lacks the network", kinds("eip155:8453"), "DEGRADED", "[\"exact on eip155:84532\"]"),
                row("supports nothing", HostileFacilitatorServer.json("{\"kinds\":[]}"), "DEGRADED",
                        "[\"exact on eip155:84532\"]"),
                row("has no list", HostileFacilitatorServer.json(404, "{}"), "UP", "null"),
                row("refuses the credentials", HostileFacilitatorServer.json(401, "{}"), "UP", "null"),
                row("replies with a page",
                        HostileFacilitatorServer.document(200, "text/html", "<html>exact eip155:84532</html>"), "UP",
                        "null"),
                row("resets the connection", HostileFacilitatorServer.reset(), "UP", "null"));
    }

    @ParameterizedTest
    @MethodSource("facilitators")
    void startWhenFacilitatorTellsWhatItSupportsThenHealthAndActuatorSaySo(Behaviour supported, String status,
            String missing) {
        this.server.on("/supported", supported);
        try (PaidApp app = PaidApp.start(List.of(Shop.class), "x402.facilitator.url=" + this.server.url(),
                "management.endpoints.web.exposure.include=x402,health",
                "management.endpoint.health.show-details=always", "management.health.redis.enabled=false",
                "server.shutdown=immediate")) {
            Eventually.await("the facilitator is asked", () -> !this.server.requests("/supported").isEmpty());
            Eventually.await("the reply is compared", () -> offers(app).toString().equals(missing));
            JsonNode health = app.http().get("/actuator/health/x402").json();
            assertThat(health.path("status").asString()).isEqualTo(status);
            assertThat(health.at("/details/unsupportedOffers").asInt(-1)).isEqualTo(status.equals("UP") ? 0 : 1);
        }
    }

    static Stream<Arguments> uselessFacilitators() {
        Behaviour unauthorized = HostileFacilitatorServer.json(401, "{\"errorMessage\":\"Key sk_7 is unknown\"}");
        Behaviour page = HostileFacilitatorServer.document(200, "text/html", "<html>Welcome</html>");
        return Stream.of(
                Arguments.of(Named.of("lacks the network", kinds("eip155:8453")),
                        Named.of("refuses", HostileFacilitatorServer.json(
                                "{\"isValid\":false,\"invalidReason\":\"invalid_network\",\"correlationId\":\"c-7\"}")),
                        List.of("The facilitator does not list [exact on eip155:84532] as supported",
                                "Set x402.network, or x402.facilitator.url",
                                "(invalid_network): network eip155:84532, correlation id c-7"),
                        "DEGRADED", "[\"exact on eip155:84532\"]", 402,
                        Map.of("event", "refused", "reason", "payment_rejected", "facilitator_reason",
                                "invalid_network", "facilitator_correlation_id", "c-7")),
                Arguments.of(Named.of("refuses the credentials", unauthorized), Named.of("too", unauthorized),
                        List.of("Facilitator replied with status 401 at ", "declare an HttpFacilitatorCustomizer bean",
                                "The facilitator's reply to verify with status 401 is not usable"),
                        "UP", "null", 503, Map.of("event", "refused", "reason", "temporarily_unavailable")),
                Arguments.of(Named.of("replies with a page", page), Named.of("too", page),
                        List.of("Facilitator replied with an HTML page and status 200 at ",
                                "set x402.facilitator.url to the address in front of /verify and /settle",
                                "The facilitator's reply to verify with status 200 is not usable"),
                        "UP", "null", 503, Map.of("event", "refused", "reason", "temporarily_unavailable")));
    }

    @ParameterizedTest
    @MethodSource("uselessFacilitators")
    void payWhenTheFacilitatorIsOfNoUseThenLogHealthActuatorAndAuditSaySo(Behaviour supported, Behaviour verify,
            List<String> log, String status, String missing, int answer, Map<String, String> audit,
            CapturedOutput output) {
        this.server.on("/supported", supported).on("/verify", verify);
        try (PaidApp app = PaidApp.start(List.of(Shop.class, RecordedAudit.class),
                "x402.facilitator.url=" + this.server.url(), "management.endpoints.web.exposure.include=x402,health",
                "management.endpoint.health.show-details=always", "management.health.redis.enabled=false",
                "server.shutdown=immediate")) {
            Eventually.await("the reply is compared",
                    () -> !this.server.requests("/supported").isEmpty() && offers(app).toString().equals(missing));
            Answer refused = app.http().get("/a", PaidApp.signature(app.pay("/a")));
            assertThat(refused.status()).isEqualTo(answer);
            assertThat(refused.everything()).doesNotContain("c-7", "sk_7", "Welcome");
            assertThat(app.http().get("/actuator/health/x402").json().path("status").asString()).isEqualTo(status);
            RecordedAudit records = app.bean(RecordedAudit.class);
            Eventually.await("the payment is recorded",
                    () -> records.records().stream().anyMatch(ResourceReturned.class::isInstance));
            assertThat(records.records()).filteredOn(PaymentRecorded.class::isInstance)
                .singleElement()
                .satisfies((record) -> assertThat(record.toMap()).containsAllEntriesOf(audit)
                    .doesNotContainKey("facilitator_message"));
            assertThat(output.getOut().lines().filter((line) -> line.contains(" WARN ")).toList().toString())
                .contains(log)
                .doesNotContain("sk_7", "Welcome");
        }
    }

    private static JsonNode offers(PaidApp app) {
        return app.http().get("/actuator/x402").json().at("/facilitator/unsupportedOffers");
    }

    private static Arguments row(String name, Behaviour supported, String status, String missing) {
        return Arguments.of(Named.of(name, supported), status, missing);
    }

    private static Behaviour kinds(String network) {
        return HostileFacilitatorServer
            .json("{\"kinds\":[{\"x402Version\":2,\"scheme\":\"exact\",\"network\":\"" + network + "\"}]}");
    }

}
