package io.github.x402spring.facilitator.http;

import java.io.IOException;
import java.math.BigInteger;
import java.net.ConnectException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.web.client.RestClient;

import io.github.x402spring.facilitator.Facilitator;
import io.github.x402spring.facilitator.FacilitatorException;
import io.github.x402spring.facilitator.FacilitatorNotReachedException;
import io.github.x402spring.facilitator.http.HostileFacilitatorServer.Behaviour;
import io.github.x402spring.facilitator.http.HostileFacilitatorServer.RecordedRequest;
import io.github.x402spring.protocol.FacilitatorRemark;
import io.github.x402spring.protocol.PaymentPayload;
import io.github.x402spring.protocol.ReasonCode;
import io.github.x402spring.protocol.SettleResponse;
import io.github.x402spring.protocol.SupportedKind;
import io.github.x402spring.protocol.VerifyResponse;
import io.github.x402spring.transport.Peer;
import io.github.x402spring.transport.PoolState;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

@Tag("locale")
class HttpFacilitatorTests {

    private static final String KINDS = """
            {"kinds":[{"x402Version":2,"scheme":"exact","network":"eip155:84532","extra":{"a":1}},
             {"x402Version":1,"scheme":"exact","network":"base-sepolia"}],"extensions":[],"signers":{}}""";

    private final HostileFacilitatorServer server = HostileFacilitatorServer.start();

    private final List<Duration> pauses = new ArrayList<>();

    @AfterEach
    void close() {
        this.server.close();
    }

    @Test
    void verifyWhenAnswerIsValidThenReturnsIt() throws Exception {
        this.server.on("/verify", HostileFacilitatorServer.valid(Operation.PAYER));
        assertThat(Operation.VERIFY.call(facilitator())).isEqualTo(VerifyResponse.valid(Operation.PAYER));
    }

    @ParameterizedTest
    @ValueSource(ints = { 200, 400, 402, 500 })
    void verifyWhenAnswerIsInvalidThenReturnsItWhateverTheStatus(int status) throws Exception {
        this.server.on("/verify", HostileFacilitatorServer.json(status, Operation.VERIFY.refusing()));
        assertThat(Operation.VERIFY.call(facilitator()))
            .isEqualTo(VerifyResponse.invalid(ReasonCode.EVM_SIGNATURE).with(remark(ReasonCode.EVM_SIGNATURE.value())));
    }

    @ParameterizedTest
    @ValueSource(ints = { 400, 499, 500, 599 })
    void verifyWhenStatusIsAnErrorThenRefusalIsReturned(int status) throws Exception {
        this.server.on("/verify", HostileFacilitatorServer.json(status, Operation.VERIFY.refusing()));
        assertThat(((VerifyResponse) Operation.VERIFY.call(facilitator())).valid()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = { 300, 399, 600, 999 })
    void callWhenStatusIsNeitherSuccessNorErrorThenRefusalIsNotUsable(int status) {
        for (Operation operation : Operation.values()) {
            this.server.on(operation.path(), HostileFacilitatorServer.json(status, operation.refusing()));
            assertThatExceptionOfType(FacilitatorException.class).isThrownBy(() -> operation.call(facilitator()))
                .isExactlyInstanceOf(FacilitatorException.class)
                .withMessageContaining(String.valueOf(status));
        }
    }

    @Test
    void settleWhenAnswerIsSuccessThenReturnsIt() throws Exception {
        this.server.on("/settle", HostileFacilitatorServer.settled(Operation.PAYER, "0xaa", "eip155:84532"));
        assertThat(Operation.SETTLE.call(facilitator()))
            .isEqualTo(new SettleResponse(true, null, Operation.PAYER, "0xaa", "eip155:84532"));
    }

    @ParameterizedTest
    @ValueSource(ints = { 200, 400, 402 })
    void settleWhenAnswerIsFailureThenReturnsIt(int status) throws Exception {
        this.server.on("/settle", HostileFacilitatorServer.json(status, Operation.SETTLE.refusing()));
        assertThat(Operation.SETTLE.call(facilitator()))
            .isEqualTo(new SettleResponse(false, ReasonCode.EVM_SIGNATURE, null, "", "eip155:84532")
                .with(remark(ReasonCode.EVM_SIGNATURE.value())));
    }

    @Test
    void settleWhenAnswerIsPendingThenReturnsItAndDoesNotAskAgain() throws Exception {
        this.server.on("/settle", HostileFacilitatorServer.notSettled("settlement_pending", "0xaa", "eip155:84532"));
        SettleResponse answer = (SettleResponse) Operation.SETTLE.call(facilitator());
        assertThat(answer.pending()).isTrue();
        assertThat(answer.transaction()).isEqualTo("0xaa");
        assertThat(this.server.requests()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(ints = { 408, 500, 502, 503, 504 })
    void settleWhenFailureComesWithStatusThatLeavesOutcomeOpenThenThrows(int status) {
        this.server.on("/settle", HostileFacilitatorServer.json(status, Operation.SETTLE.refusing()));
        assertThatExceptionOfType(FacilitatorException.class).isThrownBy(() -> Operation.SETTLE.call(facilitator()))
            .isExactlyInstanceOf(FacilitatorException.class)
            .withMessageContaining(String.valueOf(status));
    }

    @ParameterizedTest
    @ValueSource(ints = { 429, 503 })
    void settleWhenFacilitatorSaysThatNothingWasSentThenNotReached(int status) {
        this.server.on("/settle", HostileFacilitatorServer.json(status, Operation.SETTLE.refusing()
            .replace(ReasonCode.EVM_SIGNATURE.value(), ReasonCode.SETTLEMENT_NOT_SENT.value())));
        assertThatExceptionOfType(FacilitatorNotReachedException.class)
            .isThrownBy(() -> Operation.SETTLE.call(facilitator()));
        assertThat(this.server.requests()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(ints = { 500, 502, 504 })
    void settleWhenNothingWasSentAndStatusSaysOtherwiseThenOutcomeIsOpen(int status) {
        this.server.on("/settle", HostileFacilitatorServer.json(status, Operation.SETTLE.refusing()
            .replace(ReasonCode.EVM_SIGNATURE.value(), ReasonCode.SETTLEMENT_NOT_SENT.value())));
        assertThatExceptionOfType(FacilitatorException.class).isThrownBy(() -> Operation.SETTLE.call(facilitator()))
            .isExactlyInstanceOf(FacilitatorException.class);
    }

    @ParameterizedTest
    @ValueSource(ints = { 200, 202, 307, 400, 402, 408, 409, 425, 429, 500, 502, 503, 504 })
    void settleWhenTransactionIsNamedThenItIsReturnedWhateverTheStatus(int status) throws Exception {
        for (String reason : List.of("settlement_pending", "internal_error", "settlement_not_sent", "timeout")) {
            this.server.on("/settle", HostileFacilitatorServer.json(status, "{\"success\":false,\"errorReason\":\""
                    + reason + "\",\"transaction\":\"0xaa\",\"network\":\"eip155:84532\"}"));
            assertThat(Operation.SETTLE.call(facilitator()))
                .isEqualTo(new SettleResponse(false, ReasonCode.of(reason), null, "0xaa", "eip155:84532")
                    .with(remark(reason)));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = { 200, 400, 408, 409, 429, 500, 503 })
    void settleWhenPendingWithoutTransactionThenItIsReturnedWhateverTheStatus(int status) throws Exception {
        this.server.on("/settle", HostileFacilitatorServer.json(status,
                "{\"success\":false,\"errorReason\":\"settlement_pending\",\"transaction\":\"\"}"));
        assertThat(((SettleResponse) Operation.SETTLE.call(facilitator())).pending()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = { "\"pending\"", "\"queued\"", "\"\\u0070ending\"", "\"failed\"" })
    void settleWhenStatusOfASuccessIsOpenThenPendingWithTheTransaction(String status) throws Exception {
        this.server.on("/settle", HostileFacilitatorServer.json(
                Operation.SETTLE.accepting().replaceFirst("\\{", "{\"status\":" + status.replace("\\", "\\\\") + ",")));
        assertThat(Operation.SETTLE.call(facilitator())).isEqualTo(
                new SettleResponse(false, ReasonCode.SETTLEMENT_PENDING, Operation.PAYER, "0xaa", "eip155:84532"));
    }

    @ParameterizedTest
    @ValueSource(strings = { "\"confirmed\"", "\"SETTLED\"", "\"\"", "null", "200", "true", "{\"a\":\"pending\"}" })
    void settleWhenStatusOfASuccessIsFinalThenSuccess(String status) throws Exception {
        this.server.on("/settle", HostileFacilitatorServer
            .json(Operation.SETTLE.accepting().replaceFirst("\\{", "{\"status\":" + status + ",")));
        assertThat(((SettleResponse) Operation.SETTLE.call(facilitator())).success()).isTrue();
    }

    @Test
    void settleWhenAnswerNamesSomebodyElseThenLeavesJudgementToCaller() throws Exception {
        this.server.on("/settle", HostileFacilitatorServer.settled("0xother", "0xaa", "eip155:1"));
        assertThat(Operation.SETTLE.call(facilitator()))
            .isEqualTo(new SettleResponse(true, null, "0xother", "0xaa", "eip155:1"));
    }

    @ParameterizedTest
    @EnumSource
    void callWhenContentTypeIsWrongThenLooksAtBody(Operation operation) throws Exception {
        this.server.on(operation.path(),
                HostileFacilitatorServer.document(200, "text/html; charset=utf-16", operation.accepting()));
        assertThat(operation.call(facilitator())).isNotNull();
    }

    @ParameterizedTest
    @EnumSource
    void callWhenAnswerHasNullsAndUnknownMembersThenPassesOverThem(Operation operation) throws Exception {
        String body = operation.accepting()
            .replaceFirst("\\{",
                    "{\"extra\":{\"a\":[1]},\"invalidReason\":null," + "\"errorReason\":null,\"amount\":\"1\",");
        this.server.on(operation.path(), HostileFacilitatorServer.json(body));
        Object accepted = (operation == Operation.VERIFY) ? VerifyResponse.valid(Operation.PAYER) : new SettleResponse(
                true, null, Operation.PAYER, "0xaa", "eip155:84532", BigInteger.ONE, FacilitatorRemark.NONE);
        assertThat(operation.call(facilitator())).isEqualTo(accepted);
    }

    @ParameterizedTest
    @EnumSource
    void callSendsWhatOfficialServerSends(Operation operation) throws Exception {
        this.server.on(operation.path(), HostileFacilitatorServer.json(operation.accepting()));
        operation.call(facilitator());
        assertThat(this.server.requests()).singleElement().satisfies((request) -> {
            assertThat(request.method()).isEqualTo("POST");
            assertThat(request.headers()).containsEntry("content-type", "application/json");
            assertThat(request.headers()).doesNotContainKeys("transfer-encoding", "upgrade", "authorization");
            assertThat(request.text()).isEqualTo(Operation.recorded(operation).toString());
        });
    }

    @Test
    void callForwardsTreeUnchanged() throws Exception {
        String tree = """
                {"zeta":[1,2.50,null,true,{"b":1,"a":2}],"x402Version":2,"payload":{"z":"ü€\\u0001","a":"<\\"/>"},\
                "accepted":{"maxTimeoutSeconds":300.0,"amount":"10000"},"big":123456789012345678901234567890}""";
        this.server.on("/settle", HostileFacilitatorServer.json(Operation.SETTLE.accepting()));
        PaymentPayload payload = Operation.payload(2, tree);
        facilitator().settle(payload, Operation.requirements(), Operation.RESOURCE);
        assertThat(this.server.requests().getFirst().text())
            .startsWith("{\"x402Version\":2,\"paymentPayload\":" + tree + ",\"paymentRequirements\":{\"scheme\":");
    }

    @Test
    void callWhenPaymentIsVersion1ThenSendsRequirementsOfVersion1() throws Exception {
        String tree = """
                {"x402Version":1,"scheme":"exact","network":"base-sepolia","payload":{"signature":"0x"}}""";
        this.server.on("/verify", HostileFacilitatorServer.json(Operation.VERIFY.accepting()));
        facilitator().verify(Operation.payload(1, tree), Operation.requirements(), Operation.RESOURCE);
        assertThat(this.server.requests().getFirst().text()).isEqualTo("{\"x402Version\":1,\"paymentPayload\":" + tree
                + ",\"paymentRequirements\":{\"scheme\":\"exact\",\"network\":\"base-sepolia\","
                + "\"maxAmountRequired\":\"10000\",\"resource\":\"http://127.0.0.1:4802/ok\",\"description\":\"d\","
                + "\"mimeType\":\"application/json\",\"payTo\":\"0x70997970C51812dc3A010C7d01b50e0d17dc79C8\","
                + "\"maxTimeoutSeconds\":300,\"asset\":\"0x036CbD53842c5426634e7929541eC2318f3dCF7e\","
                + "\"extra\":{\"name\":\"USDC\",\"version\":\"2\"}}}");
    }

    @Test
    void callWhenPaymentHoldsTextThatIsNoUnicodeThenForwardsItAsEscape() throws Exception {
        PaymentPayload payload = new PaymentPayload(2, Map.of("payload", Map.of("a", "x\ud800y")));
        this.server.on("/settle", HostileFacilitatorServer.json(Operation.SETTLE.accepting()));
        facilitator().settle(payload, Operation.requirements(), Operation.RESOURCE);
        assertThat(this.server.requests().getFirst().text()).contains("{\"a\":\"x\\uD800y\"}");
    }

    @Test
    void createCallsNobodyAndLeavesBuilderAlone() {
        RestClient.Builder builder = RestClient.builder();
        facilitator(builder, (customized) -> customized.defaultHeader("X-API-Key", "secret"));
        assertThat(this.server.requests()).isEmpty();
        builder.defaultHeaders((headers) -> assertThat(headers.isEmpty()).isTrue());
    }

    @ParameterizedTest
    @EnumSource
    void callWhenCustomizedThenSendsCredentials(Operation operation) throws Exception {
        this.server.on(operation.path(), HostileFacilitatorServer.json(operation.accepting()));
        operation.call(facilitator(RestClient.builder(), (builder) -> builder.defaultHeader("X-API-Key", "key"),
                (builder) -> builder.requestInterceptor((request, body, execution) -> {
                    request.getHeaders().setBearerAuth(request.getMethod() + request.getURI().getPath());
                    return execution.execute(request, body);
                })));
        assertThat(this.server.requests().getFirst().headers()).containsEntry("x-api-key", "key")
            .containsEntry("authorization", "Bearer POST" + operation.path());
    }

    @ParameterizedTest
    @EnumSource
    void callWhenCustomizerReplacesRequestFactoryThenItIsNotUsed(Operation operation) throws Exception {
        this.server.on(operation.path(), HostileFacilitatorServer.json(operation.accepting()));
        Facilitator facilitator = facilitator(RestClient.builder(),
                (builder) -> builder.requestFactory((uri, method) -> {
                    throw new IOException("Not bounded");
                }));
        assertThat(operation.call(facilitator)).isNotNull();
    }

    @ParameterizedTest
    @EnumSource
    void callWhenInterceptorFailsBeforeSendingThenFacilitatorWasNotReached(Operation operation) {
        Facilitator facilitator = facilitator(RestClient.builder(),
                (builder) -> builder.requestInterceptor((request, body, execution) -> {
                    throw new IllegalStateException("no token for secret");
                }));
        assertThatExceptionOfType(FacilitatorNotReachedException.class).isThrownBy(() -> operation.call(facilitator))
            .withMessageNotContaining("secret")
            .withNoCause();
    }

    @ParameterizedTest
    @EnumSource
    void callWhenInterceptorFailsAfterSendingThenOutcomeIsUnknown(Operation operation) {
        this.server.on(operation.path(), HostileFacilitatorServer.json(operation.accepting()));
        Facilitator facilitator = facilitator(RestClient.builder(),
                (builder) -> builder.requestInterceptor((request, body, execution) -> {
                    execution.execute(request, body).close();
                    throw new ConnectException("secret");
                }));
        assertThatExceptionOfType(FacilitatorException.class).isThrownBy(() -> operation.call(facilitator))
            .isExactlyInstanceOf(FacilitatorException.class)
            .withMessageNotContaining("secret")
            .withNoCause();
    }

    @Test
    void supportedReturnsKinds() throws Exception {
        this.server.on("/supported", HostileFacilitatorServer.json(KINDS));
        assertThat(facilitator().supported()).containsExactly(
                new SupportedKind(2, "exact", "eip155:84532", Map.of("a", BigInteger.ONE)),
                new SupportedKind(1, "exact", "base-sepolia"));
        assertThat(this.server.requests()).extracting(RecordedRequest::method).containsExactly("GET");
    }

    @Test
    void supportedWhenThereIsNoSuchListThenSaysSo() {
        this.server.on("/supported", HostileFacilitatorServer.json(404, "{}"));
        assertThatExceptionOfType(FacilitatorException.class).isThrownBy(() -> facilitator().supported())
            .satisfies((ex) -> assertThat(ex.failure()).isEqualTo(FacilitatorException.Failure.NOT_FOUND));
    }

    @ParameterizedTest
    @ValueSource(ints = { 401, 403, 410, 500 })
    void supportedWhenTheStatusIsAnotherErrorThenNothingIsSaidOfTheList(int status) {
        this.server.on("/supported", HostileFacilitatorServer.json(status, KINDS));
        assertThatExceptionOfType(FacilitatorException.class).isThrownBy(() -> facilitator().supported())
            .isExactlyInstanceOf(FacilitatorException.class);
    }

    @Test
    void supportedWhenTooManyRequestsThenAsksAgainWhenTold() throws Exception {
        this.server.on("/supported", HostileFacilitatorServer.sequence(tooManyRequests("7"), tooManyRequests("soon"),
                HostileFacilitatorServer.json(KINDS)));
        assertThat(facilitator().supported()).hasSize(2);
        assertThat(this.pauses).containsExactly(Duration.ofSeconds(7), Duration.ofSeconds(2));
    }

    @Test
    void supportedWhenNotToldHowLongToWaitThenWaitsTwiceAsLongEachTime() throws Exception {
        this.server.on("/supported", HostileFacilitatorServer.sequence(HostileFacilitatorServer.json(429, "{}"),
                tooManyRequests("-1"), HostileFacilitatorServer.json(KINDS)));
        assertThat(facilitator().supported()).hasSize(2);
        assertThat(this.pauses).containsExactly(Duration.ofSeconds(1), Duration.ofSeconds(2));
    }

    @Test
    void supportedWhenToldToWaitAsLongAsAllowedThenWaits() throws Exception {
        this.server.on("/supported",
                HostileFacilitatorServer.sequence(tooManyRequests("10"), HostileFacilitatorServer.json(KINDS)));
        assertThat(facilitator().supported()).hasSize(2);
        assertThat(this.pauses).containsExactly(Duration.ofSeconds(10));
    }

    @Test
    void supportedWhenStillTooManyRequestsThenGivesUp() {
        this.server.on("/supported", tooManyRequests("0"));
        assertThatExceptionOfType(FacilitatorException.class).isThrownBy(() -> facilitator().supported())
            .withMessageContaining("429");
        assertThat(this.server.requests()).hasSize(3);
    }

    @ParameterizedTest
    @ValueSource(strings = { "11", "999999999" })
    void supportedWhenToldToWaitTooLongThenGivesUpAtOnce(String seconds) {
        this.server.on("/supported", tooManyRequests(seconds));
        assertThatExceptionOfType(FacilitatorException.class).isThrownBy(() -> facilitator().supported());
        assertThat(this.server.requests()).hasSize(1);
        assertThat(this.pauses).isEmpty();
    }

    @Test
    void supportedWhenInterruptedWhileWaitingThenKeepsInterruptedFlag() {
        this.server.on("/supported", tooManyRequests("1"));
        Facilitator facilitator = new HttpFacilitator(RestClient.builder(), settings(), List.of(), (pause) -> {
            throw new InterruptedException();
        });
        assertThatExceptionOfType(FacilitatorException.class).isThrownBy(facilitator::supported);
        assertThat(Thread.interrupted()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = { 400, 500, 503 })
    void supportedWhenStatusIsAnotherErrorThenThrowsAndDoesNotAskAgain(int status) {
        this.server.on("/supported", HostileFacilitatorServer.json(status, KINDS));
        assertThatExceptionOfType(FacilitatorException.class).isThrownBy(() -> facilitator().supported());
        assertThat(this.server.requests()).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource
    void callWhenTooManyRequestsThenThrowsAndDoesNotAskAgain(Operation operation) {
        this.server.on(operation.path(), tooManyRequests("0"));
        assertThatExceptionOfType(FacilitatorException.class).isThrownBy(() -> operation.call(facilitator()))
            .isExactlyInstanceOf(FacilitatorException.class);
        assertThat(this.server.requests()).hasSize(1);
        assertThat(this.pauses).isEmpty();
    }

    @Test
    void closeWhenCalledThenNothingIsSentAnyMore() throws Exception {
        this.server.on("/verify", HostileFacilitatorServer.json(Operation.VERIFY.accepting()));
        HttpFacilitator facilitator = new HttpFacilitator(RestClient.builder(), settings(), List.of());
        Operation.VERIFY.call(facilitator);
        facilitator.close();
        assertThatExceptionOfType(FacilitatorNotReachedException.class)
            .isThrownBy(() -> Operation.VERIFY.call(facilitator));
        assertThat(this.server.requests()).hasSize(1);
    }

    @Test
    void connectionsWhenNothingWasCalledThenNoneOfThoseAllowed() {
        try (HttpFacilitator facilitator = new HttpFacilitator(RestClient.builder(), settings(), List.of())) {
            assertThat(facilitator.peer()).isEqualTo(Peer.FACILITATOR);
            assertThat(facilitator.connections()).isEqualTo(new PoolState(0, 0, 0, 1024));
        }
    }

    @Test
    @SuppressWarnings("NullAway")
    void createWhenArgumentIsMissingThenNamesIt() {
        RestClient.Builder builder = RestClient.builder();
        assertThatIllegalArgumentException().isThrownBy(() -> new HttpFacilitator(null, settings(), List.of()))
            .withMessage("'builder' must not be null");
        assertThatIllegalArgumentException().isThrownBy(() -> new HttpFacilitator(builder, null, List.of()))
            .withMessage("'settings' must not be null");
        assertThatIllegalArgumentException().isThrownBy(() -> new HttpFacilitator(builder, settings(), null))
            .withMessage("'customizers' must not be null");
    }

    private static Behaviour tooManyRequests(String retryAfter) {
        return HostileFacilitatorServer.withHeaders(429, Map.of("Retry-After", retryAfter), "{}");
    }

    private Facilitator facilitator() {
        return facilitator(RestClient.builder());
    }

    private Facilitator facilitator(RestClient.Builder builder, HttpFacilitatorCustomizer... customizers) {
        return new HttpFacilitator(builder, settings(), List.of(customizers), this.pauses::add);
    }

    private HttpFacilitatorSettings settings() {
        return new HttpFacilitatorSettings(this.server.url(), Duration.ofSeconds(10), Duration.ofSeconds(20),
                Duration.ofSeconds(20), List.of());
    }

    private static FacilitatorRemark remark(String reason) {
        return new FacilitatorRemark(reason, "", "");
    }

}
