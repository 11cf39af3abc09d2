package io.github.x402spring.e2e;

import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

import io.github.x402spring.Eventually;
import io.github.x402spring.facilitator.http.HostileFacilitatorServer;
import io.github.x402spring.facilitator.http.HostileFacilitatorServer.Behaviour;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Starts beside facilitators that support what is offered, or not, or do not tell.
 */
@Tag("locale")
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
