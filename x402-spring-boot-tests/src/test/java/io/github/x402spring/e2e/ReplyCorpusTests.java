package io.github.x402spring.e2e;

import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

import io.github.x402spring.Corpus;
import io.github.x402spring.e2e.RawHttp.Answer;
import io.github.x402spring.facilitator.http.HostileFacilitatorServer;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Gets the replies of other facilitators.
 */
@Tag("locale")
class ReplyCorpusTests {

    private static final String TRANSACTION = "0x" + "ab".repeat(32);

    private static HostileFacilitatorServer server;

    private static PaidApp app;

    @BeforeAll
    static void start() {
        server = HostileFacilitatorServer.start();
        app = PaidApp.start(List.of(Shop.class), "x402.facilitator.url=" + server.url(),
                "x402.facilitator.circuit-breaker.failure-rate=100", "server.shutdown=immediate");
    }

    @AfterAll
    static void stop() {
        server.close();
        app.close();
    }

    @BeforeEach
    void reset() {
        server.on("/verify", HostileFacilitatorServer.valid(PaidApp.WALLET.address()))
            .on("/settle", HostileFacilitatorServer.settled(PaidApp.WALLET.address(), TRANSACTION, "eip155:84532"));
        app.deliveries().reset();
        app.endUnknown();
    }

    static Stream<Arguments> verifyReplies() {
        return Corpus.rows("verify-replies");
    }

    static Stream<Arguments> settleReplies() {
        return Corpus.rows("settle-replies");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("verifyReplies")
    void payWhenVerifyRepliesThenDeliveredOnlyIfValid(String name, JsonNode row) {
        server.on("/verify", behaviour(row));
        int settled = server.requests("/settle").size();
        Answer answer = app.http().get("/a", PaidApp.signature(app.pay("/a")));
        String outcome = assertOutcome(answer, row);
        boolean delivered = "delivered".equals(outcome);
        assertThat(server.requests("/settle")).hasSize(settled + (delivered ? 1 : 0));
        assertThat(app.deliveries().runs()).hasSize(delivered ? 1 : 0);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("settleReplies")
    void payWhenSettleRepliesThenDeliveredOnlyIfSettledAndNeverAskedAnewIfUnknown(String name, JsonNode row) {
        server.on("/settle", behaviour(row));
        assertOutcome(app.http().get("/a", PaidApp.signature(app.pay("/a"))), row);
    }

    private static String assertOutcome(Answer answer, JsonNode row) {
        String outcome = row.required("outcome").asString();
        int status = switch (outcome) {
            case "delivered" -> 200;
            case "rejected" -> 402;
            case "unresolved" -> 409;
            default -> 503;
        };
        assertThat(answer.status()).as(answer.text()).isEqualTo(status);
        if ("delivered".equals(outcome)) {
            assertThat(answer.text()).isEqualTo("delivered a");
            return outcome;
        }
        String charged = answer.json().at("/payment/charged").asString();
        boolean certain = "rejected".equals(outcome) || "unavailable".equals(outcome);
        assertThat(charged).isEqualTo(certain ? "no" : "unknown");
        assertThat(answer.all("PAYMENT-REQUIRED")).hasSize("rejected".equals(outcome) ? 1 : 0);
        assertThat(answer.everything()).doesNotContain("kyt", "amount_too_low", "failed_to_execute", "internal_error",
                "Unauthorized", "<html>", "delivered a");
        return outcome;
    }

    private static HostileFacilitatorServer.Behaviour behaviour(JsonNode row) {
        return HostileFacilitatorServer.document(row.required("status").asInt(), row.required("type").asString(),
                row.required("body").asString().replace("{payer}", PaidApp.WALLET.address()));
    }

}
