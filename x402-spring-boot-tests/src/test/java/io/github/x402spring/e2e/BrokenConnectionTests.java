package io.github.x402spring.e2e;

import java.io.IOException;
import java.util.List;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.mock.http.client.MockClientHttpResponse;

import io.github.x402spring.e2e.RawHttp.Answer;
import io.github.x402spring.facilitator.FakeFacilitator;
import io.github.x402spring.facilitator.http.HttpFacilitatorCustomizer;
import io.github.x402spring.test.PaymentDraft;
import io.github.x402spring.transport.BreakPoint;
import io.github.x402spring.transport.BreakPoint.Outcome;
import io.github.x402spring.transport.ScriptedServer;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Breaks the connection of a settlement at each point, and looks at what the payer is
 * told.
 */
@Timeout(120)
@Tag("waiting")
class BrokenConnectionTests {

    private static final String SETTLED = "{\"success\":true,\"payer\":\"" + PaidApp.WALLET.address()
            + "\",\"transaction\":\"" + FakeFacilitator.TRANSACTION + "\",\"network\":\"eip155:84532\"}";

    private static ScriptedServer server;

    private static PaidApp patient;

    private static PaidApp hurried;

    @BeforeAll
    static void start() {
        server = ScriptedServer.start();
        patient = start("60s");
        hurried = start("2s");
    }

    @AfterAll
    static void stop() {
        patient.close();
        hurried.close();
        server.close();
    }

    @ParameterizedTest
    @EnumSource
    void payWhenTheConnectionBreaksAtSettlementThenIsToldWhatIsKnown(BreakPoint point) throws Exception {
        PaidApp app = app(point);
        PaymentDraft payment = app.pay("/a");
        point.arrange(server, SETTLED);
        assertTold(point.outcome(), get(app, payment));
        assertThat(server.requests()).hasSizeLessThanOrEqualTo(1);
        assertThat(server.accepted()).isEqualTo((point == BreakPoint.REFUSED) ? 0 : 1);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.MATCH_NONE, names = { "WHOLE.*", "SILENT_.*", "TRICKLES.*" })
    void payAgainWhenTheConnectionBrokeAtSettlementThenIsDelivered(BreakPoint point) throws Exception {
        PaidApp app = app(point);
        PaymentDraft payment = app.pay("/a");
        point.arrange(server, SETTLED);
        assertThat(get(app, payment).status()).isEqualTo(503);
        server.reset();
        BreakPoint.WHOLE.arrange(server, SETTLED);
        assertTold(Outcome.REPLIED, get(app, payment));
        assertThat(server.requests()).hasSize(1);
    }

    private static PaidApp app(BreakPoint point) throws IOException {
        server.reset();
        PaidApp app = (point.outcome() == Outcome.SENT_AND_WAITING) ? hurried : patient;
        app.endUnknown();
        return app;
    }

    private static Answer get(PaidApp app, PaymentDraft payment) {
        return app.http().get("/a", PaidApp.signature(payment));
    }

    private static void assertTold(Outcome outcome, Answer answer) {
        switch (outcome) {
            case REPLIED -> {
                assertThat(answer.status()).isEqualTo(200);
                assertThat(answer.text()).isEqualTo("delivered a");
            }
            case NOT_SENT -> assertTold("temporarily_unavailable", "no", answer);
            case SENT, SENT_AND_WAITING, TOO_LONG -> assertTold("settlement_pending", "unknown", answer);
        }
    }

    private static void assertTold(String reason, String charged, Answer answer) {
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.reason()).isEqualTo(reason);
        assertThat(answer.json().at("/payment/charged").asString()).isEqualTo(charged);
        assertThat(answer.header("Retry-After")).isNotNull();
        assertThat(answer.all("PAYMENT-REQUIRED")).isEmpty();
        assertThat(answer.everything()).doesNotContain("delivered a");
    }

    private static PaidApp start(String timeout) {
        return PaidApp.start(List.of(Shop.class, Supported.class), "x402.facilitator.url=" + server.url(),
                "x402.facilitator.verify=local", "x402.facilitator.connect-timeout=30s",
                "x402.facilitator.settle-timeout=" + timeout, "x402.facilitator.circuit-breaker.window=1000",
                "server.shutdown=immediate");
    }

    /** Replies in the server's place to the question whether it works. */
    @Configuration(proxyBeanMethods = false)
    static class Supported {

        @Bean
        HttpFacilitatorCustomizer supported() {
            return (builder) -> builder
                .requestInterceptor((request, body, execution) -> (request.getMethod() == HttpMethod.GET)
                        ? new MockClientHttpResponse(new byte[0], HttpStatus.OK) : execution.execute(request, body));
        }

    }

}
