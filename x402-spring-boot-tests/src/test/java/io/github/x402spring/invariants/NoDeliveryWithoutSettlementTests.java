package io.github.x402spring.invariants;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.StreamingResponseBody;

import io.github.x402spring.PaidEndpoint;
import io.github.x402spring.PaymentFlow;
import io.github.x402spring.e2e.PaidApp;
import io.github.x402spring.e2e.PermissiveFacilitatorConfiguration;
import io.github.x402spring.e2e.RawHttp.Answer;
import io.github.x402spring.e2e.Shop;
import io.github.x402spring.facilitator.FacilitatorException;
import io.github.x402spring.facilitator.FacilitatorNotReachedException;
import io.github.x402spring.facilitator.FakeFacilitator;
import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.ReasonCode;
import io.github.x402spring.protocol.SettleResponse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * Invariant 1: no byte and no header of the protected handler leaves before the
 * settlement is accepted.
 */
class NoDeliveryWithoutSettlementTests {

    private static final String SECRET = "CANARY";

    private static final Network NETWORK = Network.parse("base-sepolia");

    private static PaidApp app;

    @BeforeAll
    static void start() {
        app = PaidApp.start(List.of(Shop.class, PermissiveFacilitatorConfiguration.class, Kiosk.class),
                "x402.web.max-held-response=1KB");
    }

    @AfterAll
    static void stop() {
        app.close();
    }

    @BeforeEach
    void reset() {
        app.endUnknown();
        app.reset();
    }

    @ParameterizedTest
    @ValueSource(strings = { "/held", "/long", "/streamed", "/upfront-kiosk" })
    void payWhenTheSettlementIsAcceptedThenAllOfTheHandlerLeaves(String target) {
        Answer answer = app.http().get(target, PaidApp.signature(app.pay(target)));
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text()).contains(SECRET);
        assertThat(answer.header("X-Kiosk")).isEqualTo(SECRET);
        assertThat(PaidApp.receipt(answer)).containsEntry("success", true);
    }

    static Stream<Arguments> unsettled() {
        return Stream.of("/held", "/long", "/streamed", "/upfront-kiosk")
            .flatMap((target) -> Stream.of(arguments(target, "is refused", refused("insufficient_funds")),
                    arguments(target, "fails on the chain", refused("transaction_failed")),
                    arguments(target, "is pending", refused("settlement_pending")),
                    arguments(target, "is of another network",
                            (FakeFacilitator.Answer<SettleResponse>) (call) -> SettleResponse.settled(null,
                                    FakeFacilitator.TRANSACTION, Network.parse("base"))),
                    arguments(target, "is lost", FakeFacilitator.failure(new FacilitatorException("lost", null))),
                    arguments(target, "is not reached",
                            FakeFacilitator.failure(new FacilitatorNotReachedException("down", null))),
                    arguments(target, "meets a bug", FakeFacilitator.failure(new IllegalStateException("bug")))));
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("unsettled")
    void payWhenTheSettlementIsNotAcceptedThenNothingOfTheHandlerLeaves(String target, String name,
            FakeFacilitator.Answer<SettleResponse> reply) {
        String payment = PaidApp.signature(app.pay(target));
        app.facilitator().onSettle(reply).onSettle(reply);
        Answer answer = app.http().get(target, payment);
        assertThat(answer.status()).isIn(402, 503);
        assertThat(answer.everything()).doesNotContainIgnoringCase(SECRET);
        assertThat(app.facilitator().settlements()).isNotEmpty();
    }

    private static FakeFacilitator.Answer<SettleResponse> refused(String reason) {
        return (call) -> SettleResponse.failed(ReasonCode.of(reason), "", NETWORK);
    }

    /**
     * Marks all that it gives.
     */
    @Configuration(proxyBeanMethods = false)
    @RestController
    static class Kiosk {

        @GetMapping("/held")
        @PaidEndpoint(price = "$0.01", authorize = "permitAll")
        ResponseEntity<String> held() {
            return marked(SECRET);
        }

        @GetMapping("/long")
        @PaidEndpoint(price = "$0.01", authorize = "permitAll")
        ResponseEntity<String> longerThanWhatIsHeld() {
            return marked(SECRET.repeat(1024));
        }

        @GetMapping("/streamed")
        @PaidEndpoint(price = "$0.01", authorize = "permitAll")
        ResponseEntity<StreamingResponseBody> streamed() {
            return marked((out) -> out.write(SECRET.getBytes(StandardCharsets.US_ASCII)));
        }

        @GetMapping("/upfront-kiosk")
        @PaidEndpoint(price = "$0.01", authorize = "permitAll", flow = PaymentFlow.UPFRONT)
        ResponseEntity<String> upfront() {
            return marked(SECRET);
        }

        private static <T> ResponseEntity<T> marked(T body) {
            return ResponseEntity.ok().eTag(SECRET).header("X-Kiosk", SECRET).body(body);
        }

    }

}
