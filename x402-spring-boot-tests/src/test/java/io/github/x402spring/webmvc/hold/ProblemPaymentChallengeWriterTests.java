package io.github.x402spring.webmvc.hold;

import java.io.IOException;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import io.github.x402spring.codec.PaymentHeaderCodec;
import io.github.x402spring.decision.Denial;
import io.github.x402spring.decision.Reason;
import io.github.x402spring.envelope.EnvelopeRenderer;
import io.github.x402spring.http.HeaderField;
import io.github.x402spring.http.PaymentDialects;
import io.github.x402spring.http.PaymentRefusal;
import io.github.x402spring.http.TestDialects;
import io.github.x402spring.protocol.PaymentRequired;
import io.github.x402spring.protocol.ReasonCode;
import io.github.x402spring.protocol.SettleResponse;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class ProblemPaymentChallengeWriterTests {

    private static final PaymentHeaderCodec CODEC = new PaymentHeaderCodec(64 * 1024);

    private static final PaymentDialects DIALECTS = PaymentDialects.x402(CODEC, false);

    private static final List<HeaderField> CHALLENGE = List.of(new HeaderField("PAYMENT-REQUIRED", "Y2hhbGxlbmdl"));

    private static final PaymentRequired TERMS = new PaymentRequired("Payment required", AdmittingGate.RESOURCE,
            List.of(AdmittingGate.TERMS), Map.of());

    private static final SettleResponse RECEIPT = SettleResponse.failed(ReasonCode.SETTLEMENT_PENDING, "0xab",
            AdmittingGate.TERMS.network());

    private final MockHttpServletRequest request = new MockHttpServletRequest("GET", "/report");

    private final MockHttpServletResponse response = new MockHttpServletResponse();

    @Test
    void writeWhenChallengedThenTermsInHeaderAndBody() throws Exception {
        write(new PaymentRefusal(Denial.of(Reason.PAYMENT_REQUIRED), TERMS, CHALLENGE, null, false, false,
                DIALECTS.preferred()));
        assertThat(this.response.getStatus()).isEqualTo(402);
        assertThat(this.response.getHeader("PAYMENT-REQUIRED")).isEqualTo("Y2hhbGxlbmdl");
        assertThat(this.response.getHeader("Cache-Control")).isEqualTo("no-store");
        assertThat(this.response.containsHeader("WWW-Authenticate")).isFalse();
        assertThat(body().at("/context/required/payment/amount").asString()).isEqualTo("10000");
        assertThat(body().at("/accepts/0/payTo").asString()).isEqualTo(AdmittingGate.TERMS.payTo());
        assertThat(body().at("/payment/state").asString()).isEqualTo("none");
    }

    @Test
    void writeWhenReadableTermsAreForVersionOneThenOfThatVersion() throws Exception {
        new ProblemPaymentChallengeWriter(new EnvelopeRenderer(null), PaymentDialects.x402(CODEC, true), "Bearer")
            .write(this.request, this.response, new PaymentRefusal(Denial.of(Reason.PAYMENT_REQUIRED), TERMS, CHALLENGE,
                    null, false, false, DIALECTS.preferred()));
        assertThat(body().at("/x402Version").asInt()).isEqualTo(1);
        assertThat(body().at("/accepts/0/maxAmountRequired").asString()).isEqualTo("10000");
    }

    @Test
    void writeWhenIdentityIsRequiredThenHowToAuthenticate() throws Exception {
        write(new PaymentRefusal(Denial.of(Reason.PAYMENT_REQUIRED), TERMS, CHALLENGE, null, false, true,
                DIALECTS.preferred()));
        assertThat(this.response.getHeader("WWW-Authenticate")).isEqualTo("Bearer realm=\"shop\"");
    }

    @ParameterizedTest
    @CsvSource({ "1, X-PAYMENT-RESPONSE, base-sepolia", "2, PAYMENT-RESPONSE, eip155:84532" })
    void writeWhenThereIsAReceiptThenInTheVersionOfTheClient(int version, String header, String network)
            throws Exception {
        write(new PaymentRefusal(Denial.of(Reason.SETTLEMENT_PENDING), null, List.of(), RECEIPT, true, false,
                TestDialects.version(version)));
        assertThat(CODEC.decodeSettleResponse(String.valueOf(this.response.getHeader(header))))
            .hasValueSatisfying((receipt) -> {
                assertThat(receipt.pending()).isTrue();
                assertThat(receipt.network()).isEqualTo(network);
            });
        assertThat(this.response.containsHeader("PAYMENT-REQUIRED")).isFalse();
    }

    @ParameterizedTest
    @CsvSource({ "SETTLEMENT_PENDING, , 5", "TEMPORARILY_UNAVAILABLE, , 5", "PAYMENT_IN_FLIGHT, , 5",
            "PAYMENT_ALREADY_USED, , ", "REQUEST_MISMATCH, , ", "FORBIDDEN, , ", "LIMIT_REACHED, 90, 90",
            "SETTLEMENT_PENDING, 7, 7" })
    void writeWhenWaitingHelpsThenForHowLong(Reason reason, @Nullable Integer stated, @Nullable String retryAfter)
            throws Exception {
        write(new PaymentRefusal(new Denial(reason, Map.of(), stated), null, List.of(), null, true, false,
                DIALECTS.preferred()));
        assertThat(this.response.getHeader("Retry-After")).isEqualTo(retryAfter);
    }

    @ParameterizedTest
    @CsvSource({ "PAYMENT_IN_FLIGHT, in_flight", "PAYMENT_ALREADY_USED, settled", "SETTLEMENT_FAILED, failed",
            "SETTLEMENT_PENDING, unknown", "REQUEST_MISMATCH, unknown", "PAYMENT_INVALID, released",
            "FORBIDDEN, released" })
    void writeWhenAPaymentWasPresentedThenWhatBecameOfIt(Reason reason, String state) throws Exception {
        write(new PaymentRefusal(Denial.of(reason), null, List.of(), null, true, false, DIALECTS.preferred()));
        assertThat(body().at("/payment/state").asString()).isEqualTo(state);
    }

    @Test
    void writeWhenScopesAreMissingThenTokenChallengeNamesThem() throws Exception {
        write(new PaymentRefusal(new Denial(Reason.INSUFFICIENT_SCOPE, Map.of("scopes", List.of("a", "b")), null), null,
                List.of(), null, true, false, DIALECTS.preferred()));
        assertThat(this.response.getHeaders("WWW-Authenticate"))
            .containsExactly("Bearer error=\"insufficient_scope\", scope=\"a b\"");
    }

    @Test
    void writeWhenCallersHaveNoTokensThenNoTokenChallenge() throws Exception {
        new ProblemPaymentChallengeWriter(new EnvelopeRenderer(null), DIALECTS, "Basic realm=\"shop\"").write(
                this.request, this.response,
                new PaymentRefusal(new Denial(Reason.INSUFFICIENT_SCOPE, Map.of("scopes", List.of("a")), null), null,
                        List.of(), null, true, false, DIALECTS.preferred()));
        assertThat(this.response.containsHeader("WWW-Authenticate")).isFalse();
    }

    @Test
    void writeWhenTheClientReadsTextThenPreparedChallengeIsNotTaken() throws Exception {
        this.request.addHeader("Accept", "text/plain");
        ProblemPaymentChallengeWriter writer = writer();
        PaymentRefusal refusal = new PaymentRefusal(Denial.of(Reason.PAYMENT_REQUIRED), TERMS, CHALLENGE, null, false,
                false, DIALECTS.preferred());
        writer.prepare(refusal).write(this.request, this.response, refusal);
        assertThat(this.response.getContentType()).startsWith("text/plain");
        assertThat(this.response.getContentAsString()).startsWith("Payment required\n");
    }

    @Test
    void writeWhenTheClientReadsHtmlThenThePageLoadsNothing() throws Exception {
        this.request.addHeader("Accept", "text/html");
        write(new PaymentRefusal(Denial.of(Reason.PAYMENT_REQUIRED), TERMS, CHALLENGE, null, false, false,
                DIALECTS.preferred()));
        assertThat(this.response.getContentType()).isEqualTo("text/html;charset=UTF-8");
        assertThat(this.response.getHeader("Content-Security-Policy")).startsWith("default-src 'none'");
    }

    @Test
    void writeWhenHeadThenLengthWithoutBody() throws Exception {
        this.request.setMethod("HEAD");
        write(new PaymentRefusal(Denial.of(Reason.PAYMENT_REQUIRED), TERMS, CHALLENGE, null, false, false,
                DIALECTS.preferred()));
        assertThat(this.response.getContentAsByteArray()).isEmpty();
        assertThat(this.response.getContentLength()).isPositive();
    }

    @Test
    void writeWhenTheClientNamedTheRequestShorterThenRenderedAnew() throws Exception {
        this.request.addHeader("X-Request-Id", "6f1c0f0e2f0b4c609d0e3a6f2b8b9c11");
        ProblemPaymentChallengeWriter writer = writer();
        PaymentRefusal refusal = new PaymentRefusal(Denial.of(Reason.PAYMENT_REQUIRED), TERMS, CHALLENGE, null, false,
                false, DIALECTS.preferred());
        writer.prepare(refusal).write(this.request, this.response, refusal);
        assertThat(body().at("/request_id").asString()).matches("[0-9a-f-]{36}");
        assertThat(this.response.getContentLength()).isEqualTo(this.response.getContentAsByteArray().length);
    }

    private void write(PaymentRefusal refusal) throws IOException {
        writer().write(this.request, this.response, refusal);
    }

    private static ProblemPaymentChallengeWriter writer() {
        return new ProblemPaymentChallengeWriter(new EnvelopeRenderer(null), DIALECTS, "Bearer realm=\"shop\"");
    }

    private JsonNode body() {
        return JsonMapper.shared().readTree(this.response.getContentAsByteArray());
    }

}
