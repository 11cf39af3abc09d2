package io.github.x402spring.e2e;

import java.util.List;
import java.util.Locale;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.x402spring.e2e.RawHttp.Answer;
import io.github.x402spring.e2e.RecordedSpans.Span;
import io.github.x402spring.facilitator.FakeFacilitator;
import io.github.x402spring.facilitator.http.HostileFacilitatorServer;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Follows traces through a purchase.
 */
class ExchangeTraceTests {

    @ParameterizedTest
    @ValueSource(strings = { "/good", "/stream" })
    void payWhenFacilitatorIsAskedOverHttpThenTheTraceGoesAlong(String target) {
        String payer = PaidApp.WALLET.address();
        try (HostileFacilitatorServer server = HostileFacilitatorServer.start()
            .on("/verify", HostileFacilitatorServer.valid(payer))
            .on("/settle", HostileFacilitatorServer.settled(payer, FakeFacilitator.TRANSACTION, "eip155:84532"));
                PaidApp app = PaidApp.start(ObservedShop.class, "x402.facilitator.url=" + server.url())) {
            Answer answer = app.http().get(target, ObservedShop.CREDENTIALS, PaidApp.signature(app.pay(target)));

            assertThat(answer.status()).isEqualTo(200);
            assertThat(List.of("/verify", "/settle"))
                .allSatisfy((path) -> assertThat(server.requests(path)).singleElement()
                    .satisfies((request) -> assertThat(request.toString().toLowerCase(Locale.ROOT))
                        .contains(RecordedSpans.TRACEPARENT)));
            RecordedSpans spans = app.bean(RecordedSpans.class);
            assertThat(spans.of("http.client.requests")).extracting(Span::parent)
                .contains("x402.verify", "x402.settle");
            assertThat(spans.of("x402.settle")).extracting(Span::parent).containsExactly("x402.exchange");
            assertThat(spans.of("x402.settle")).extracting((span) -> span.low().get("facilitator"))
                .containsExactly("http");
        }
    }

    @Test
    void payWhenTheAnswerIsLongerThanIsHeldThenIsCounted() {
        try (PaidApp app = PaidApp.start(List.of(ObservedShop.class, CircuitTests.OwnFacilitator.class),
                "x402.web.max-held-response=1KB")) {
            String payment = PaidApp.signature(app.pay("/large"));
            assertThat(app.http().get("/large", ObservedShop.CREDENTIALS, payment).status()).isEqualTo(200);
            assertThat(app.meter("x402.held.overflow", "endpoint", "large")).isEqualTo(1);
            assertThat(app.meter("x402.payments.accepting")).isEqualTo(1);
            assertThat(app.meter("x402.facilitator.circuit", "operation", "settle")).isZero();
            assertThat(app.meter("x402.ledger.entries")).isEqualTo(1);
            assertThat(app.meter("x402.ledger.capacity")).isEqualTo(100_000);
            assertThat(app.meter("x402.settlements.unknown")).isZero();
        }
    }

}
