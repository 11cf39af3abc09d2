package io.github.x402spring.invariants;

import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import io.github.x402spring.e2e.PaidApp;
import io.github.x402spring.e2e.PermissiveFacilitatorConfiguration;
import io.github.x402spring.e2e.RawHttp.Answer;
import io.github.x402spring.e2e.Shop;
import io.github.x402spring.facilitator.FacilitatorException;
import io.github.x402spring.facilitator.FakeFacilitator;
import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.ReasonCode;
import io.github.x402spring.protocol.SettleResponse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * Invariant 4: while the outcome of a settlement is unknown the response is 503, never
 * 402, on which a client would sign and pay again. Every unknown ends.
 */
class UnknownIsNotFailedTests {

    private static final Network NETWORK = Network.parse("base-sepolia");

    private static PaidApp app;

    @BeforeAll
    static void start() {
        app = PaidApp.start(List.of(Shop.class, PermissiveFacilitatorConfiguration.class));
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

    @Test
    void payWhenTheRefusalProvesThatNothingWasSentThenFailedAndMaySignAgain() {
        String payment = PaidApp.signature(app.pay("/a"));
        app.facilitator().onSettle(SettleResponse.failed(ReasonCode.of("insufficient_funds"), "", NETWORK));
        Answer answer = app.http().get("/a", payment);
        assertThat(answer.json().at("/payment/charged").asString()).isEqualTo("no");
        assertThat(PaidApp.challenge(answer).accepts()).isNotEmpty();
    }

    static Stream<Arguments> undecided() {
        return Stream.of(arguments("a lost reply", FakeFacilitator.failure(new FacilitatorException("lost", null))),
                arguments("a bug", FakeFacilitator.failure(new IllegalStateException("bug"))),
                arguments("pending", refused("settlement_pending", "")),
                arguments("a failed transaction", refused("transaction_failed", "")),
                arguments("a time-out", refused("timeout", "")),
                arguments("a reason of its own", refused("we_are_closed", "")),
                arguments("a refusal that names a transaction",
                        refused("insufficient_funds", FakeFacilitator.TRANSACTION)),
                arguments("success without a transaction", answer((call) -> SettleResponse.settled(null, "", NETWORK))),
                arguments("success of another payer", answer((call) -> SettleResponse
                    .settled("0x000000000000000000000000000000000000dEaD", FakeFacilitator.TRANSACTION, NETWORK))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("undecided")
    void payWhenTheReplyProvesNothingThenUnknownUntilItIsFoundOut(String name,
            FakeFacilitator.Answer<SettleResponse> reply) {
        String payment = PaidApp.signature(app.pay("/a"));
        app.facilitator().onSettle(reply).onSettle(reply);
        assertUnknown(app.http().get("/a", payment));
        app.facilitator().reset();
        Answer found = app.http().get("/a", payment);
        assertThat(found.status()).isEqualTo(200);
        assertThat(PaidApp.receipt(found)).containsEntry("success", true);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("undecided")
    void payWhenAnUnknownCanNotBeFoundOutThenItEndsAndIsStillNotFailed(String name,
            FakeFacilitator.Answer<SettleResponse> reply) {
        String payment = PaidApp.signature(app.pay("/a"));
        app.facilitator().onSettle(reply).onSettle(reply);
        assertUnknown(app.http().get("/a", payment));
        app.facilitator().onSettle(refused("insufficient_funds", ""));
        assertUnknown(app.http().get("/a", payment));
        app.endUnknown();
        Answer ended = app.http().get("/a", payment);
        assertThat(ended.status()).isEqualTo(409);
        assertThat(ended.json().at("/payment/charged").asString()).isEqualTo("unknown");
        assertThat(ended.all("PAYMENT-REQUIRED")).isEmpty();
    }

    private static FakeFacilitator.Answer<SettleResponse> refused(String reason, String transaction) {
        return (call) -> SettleResponse.failed(ReasonCode.of(reason), transaction, NETWORK);
    }

    private static FakeFacilitator.Answer<SettleResponse> answer(FakeFacilitator.Answer<SettleResponse> answer) {
        return answer;
    }

    private static void assertUnknown(Answer answer) {
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.header("Retry-After")).isNotNull();
        assertThat(answer.json().at("/payment/charged").asString()).isEqualTo("unknown");
        assertThat(answer.all("PAYMENT-REQUIRED")).isEmpty();
    }

}
