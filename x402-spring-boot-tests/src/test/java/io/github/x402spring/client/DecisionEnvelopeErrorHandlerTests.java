package io.github.x402spring.client;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.web.client.HttpClientErrorException;
import org.springframework.web.client.RestClient;

import io.github.x402spring.client.ReceivedDecision.ReceivedObligation;
import io.github.x402spring.decision.Charged;
import io.github.x402spring.decision.Decision;
import io.github.x402spring.decision.Denial;
import io.github.x402spring.decision.Obligation;
import io.github.x402spring.decision.Reason;
import io.github.x402spring.decision.RetryWith;
import io.github.x402spring.envelope.EnvelopeFormat;
import io.github.x402spring.envelope.EnvelopeRenderer;
import io.github.x402spring.envelope.RequestIds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

@Tag("locale")
class DecisionEnvelopeErrorHandlerTests {

    private static final String ID = "6f1c0f0e-2f0b-4c60-9d0e-3a6f2b8b9c11";

    private final ScriptedServer server = new ScriptedServer();

    private final RestClient client = RestClient.builder()
        .baseUrl(this.server.origin())
        .defaultStatusHandler(new DecisionEnvelopeErrorHandler())
        .build();

    @AfterEach
    void stop() {
        this.server.close();
    }

    @ParameterizedTest
    @EnumSource
    void handleErrorWhenAServerOfThisStarterRefusesThenEverythingIsRead(Reason reason) {
        ReceivedDecision decision = decision(reason.status(),
                envelope(new Denial(reason, Map.of("scopes", List.of("a")), 7)));
        assertThat(decision.status()).isEqualTo(reason.status());
        assertThat(decision.decision()).isEqualTo(reason.decision());
        assertThat(decision.reason()).isEqualTo(reason.code());
        assertThat(decision.retryWith()).isEqualTo(reason.retryWith());
        assertThat(decision.charged()).isEqualTo(reason.charged());
        assertThat(decision.retryAfter()).isEqualTo(Duration.ofSeconds(7));
        assertThat(decision.requiredScopes()).containsExactly("a");
        assertThat(decision.requestId()).isEqualTo(ID);
        assertThat(decision.traceId()).isEmpty();
        Obligation obligation = reason.obligation();
        assertThat(decision.obligations()).isEqualTo(
                (obligation != null) ? List.of(new ReceivedObligation(obligation.type().name().toLowerCase(Locale.ROOT),
                        obligation.level(), obligation.message())) : List.of());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"decision":"perhaps","context":{"reason":"r"},"advice":{"retry_with":"prayer"},"payment":{"charged":"?"}}
            {"decision":"ALLOW","context":{"reason":"r"},"advice":{"retry_with":1},"payment":{"charged":null}}
            {"decision":"deny","context":{"reason":"r"},"advice":[],"payment":"no","obligations":{"type":"pay"}}
            {"decision":"deny","context":{"reason":"r"},"advice":{"retry_after":-1}}
            {"decision":"deny","context":{"reason":"r"},"advice":{"retry_after":1e300}}
            """)
    void handleErrorWhenWordsAreUnknownThenTheMostCarefulReading(String document) {
        ReceivedDecision decision = decision(503, document);
        assertThat(decision.decision()).isEqualTo(Decision.DENY);
        assertThat(decision.retryWith()).isEqualTo(RetryWith.NEVER);
        assertThat(decision.charged()).isEqualTo(Charged.UNKNOWN);
        assertThat(decision.retryAfter()).isNull();
        assertThat(decision.obligations()).isEmpty();
        assertThat(decision.keepsPayment()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({ "SETTLEMENT_PENDING, true", "PAYMENT_IN_FLIGHT, true", "TEMPORARILY_UNAVAILABLE, true",
            "PAYMENT_INVALID, false", "SETTLEMENT_FAILED, false", "FORBIDDEN, false" })
    void keepsPaymentWhenTheOutcomeIsOpenThenNoNewOneMayBeSigned(Reason reason, boolean keeps) {
        assertThat(decision(reason.status(), envelope(Denial.of(reason))).keepsPayment()).isEqualTo(keeps);
    }

    @ParameterizedTest
    @ValueSource(strings = { "{}", "not json", "[]", "{\"decision\":\"deny\"}",
            "{\"decision\":\"deny\",\"context\":{}}", "{\"context\":{\"reason\":\"r\"}}" })
    void handleErrorWhenThereIsNoEnvelopeThenAsUsualWithTheBody(String document) {
        answer(403, "application/json", document);
        HttpClientErrorException.Forbidden thrown = catchThrowableOfType(HttpClientErrorException.Forbidden.class,
                this::get);
        assertThat(thrown.getResponseBodyAsString()).isEqualTo(document);
    }

    @Test
    void handleErrorWhenTheDocumentIsNotJsonThenAsUsual() {
        answer(403, "text/html", "{\"decision\":\"deny\",\"context\":{\"reason\":\"r\"}}");
        assertThat(catchThrowableOfType(HttpClientErrorException.Forbidden.class, this::get)).isNotNull();
    }

    @Test
    void handleErrorWhenRefusedThenTheMessageRepeatsNothing() {
        answer(403, "application/problem+json",
                "{\"decision\":\"deny\",\"context\":{\"reason\":\"secret\\nforged\"},\"detail\":\"secret\"}");
        assertThat(catchThrowableOfType(DecisionException.class, this::get))
            .hasMessage("The request was refused with status 403");
    }

    @Test
    void getWhenServedThenUntouched() {
        answer(200, "application/json", "{\"decision\":\"deny\",\"context\":{\"reason\":\"r\"}}");
        assertThat(get()).contains("deny");
    }

    private static String envelope(Denial denial) {
        return new String(new EnvelopeRenderer(null).render(EnvelopeFormat.JSON, denial, new RequestIds(ID, null, null),
                "none", "", Map.of()), StandardCharsets.UTF_8);
    }

    private ReceivedDecision decision(int status, String document) {
        answer(status, "application/problem+json", document);
        return catchThrowableOfType(DecisionException.class, this::get).decision();
    }

    private String get() {
        return String.valueOf(this.client.get().uri("/").retrieve().body(String.class));
    }

    private void answer(int status, String type, String document) {
        byte[] bytes = document.getBytes(StandardCharsets.UTF_8);
        this.server.then((exchange) -> {
            exchange.getResponseHeaders().set("Content-Type", type);
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
    }

}
