package io.github.x402spring.webmvc.hold;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

import io.github.x402spring.codec.PaymentHeaderCodec;
import io.github.x402spring.decision.Denial;
import io.github.x402spring.decision.Reason;
import io.github.x402spring.gate.Offer;
import io.github.x402spring.http.HeaderField;
import io.github.x402spring.http.PaymentDialects;
import io.github.x402spring.http.PaymentRefusal;
import io.github.x402spring.http.PaymentTerms;
import io.github.x402spring.http.TestDialects;
import io.github.x402spring.protocol.PaymentRequired;
import io.github.x402spring.protocol.ReasonCode;
import io.github.x402spring.protocol.SettleResponse;

import static org.assertj.core.api.Assertions.assertThat;

class PaymentResponsesTests {

    private static final PaymentHeaderCodec CODEC = new PaymentHeaderCodec(64 * 1024);

    private static final PaymentDialects DIALECTS = PaymentDialects.x402(CODEC, true);

    private static final PaymentRequired REQUIRED = new PaymentRequired("Payment required", AdmittingGate.RESOURCE,
            List.of(AdmittingGate.TERMS), Map.of());

    private static final PaymentTerms TERMS = new PaymentTerms("report", "reports.report", REQUIRED,
            List.of(Offer.of(AdmittingGate.TERMS)), DIALECTS.challenge(REQUIRED), false);

    private static final SettleResponse RECEIPT = SettleResponse.settled(AdmittingGate.PAYER, "0xab",
            AdmittingGate.TERMS.network());

    private final List<PaymentRefusal> written = new ArrayList<>();

    private final MockHttpServletRequest request = new MockHttpServletRequest("GET", "/report");

    private final MockHttpServletResponse response = new MockHttpServletResponse();

    private boolean accepting = true;

    @Test
    void challengeWhenPaymentsAreTakenThenTermsAsTheyAre() throws Exception {
        answers(false).challenge(this.request, this.response, TERMS, true, null);
        assertThat(written()).isEqualTo(new PaymentRefusal(Denial.of(Reason.PAYMENT_REQUIRED), REQUIRED,
                TERMS.challenge(), null, false, true, DIALECTS.preferred()));
    }

    @Test
    void challengeWhenPaymentsAreNotTakenThenNobodyIsAskedToSign() throws Exception {
        this.accepting = false;
        answers(false).challenge(this.request, this.response, TERMS, false, null);
        assertThat(written().reason()).isEqualTo(Reason.TEMPORARILY_UNAVAILABLE);
        assertThat(written().terms()).isNull();
        assertThat(written().challenge()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({ "true, 1", "false, 0" })
    void challengeWhenOthersGetTheSameThenAnyWriterPreparesItOnce(boolean recurring, int prepared) throws Exception {
        PreparingWriter writer = new PreparingWriter();
        PaymentResponses answers = new PaymentResponses(DIALECTS, writer, (endpoint) -> true, false);
        PaymentTerms terms = new PaymentTerms("report", "reports.report", REQUIRED,
                List.of(Offer.of(AdmittingGate.TERMS)), DIALECTS.challenge(REQUIRED), recurring);
        answers.challenge(this.request, this.response, terms, false, null);
        answers.challenge(this.request, this.response, terms, true, null);
        answers.challenge(this.request, this.response, terms, true, "another error");
        assertThat(writer.prepared).isEqualTo(prepared);
        assertThat(writer.written).extracting(PaymentRefusal::identityRequired).containsExactly(false, true, true);
        assertThat(writer.written.get(1).headers()).isEqualTo(terms.challenge());
        assertThat(writer.quick).isEqualTo(2 * prepared);
    }

    @Test
    void challengeWhenTheWriterIsALambdaThenWrittenEachTime() throws Exception {
        PaymentTerms terms = new PaymentTerms("report", "reports.report", REQUIRED,
                List.of(Offer.of(AdmittingGate.TERMS)), DIALECTS.challenge(REQUIRED), true);
        answers(false).challenge(this.request, this.response, terms, false, null);
        answers(false).challenge(this.request, this.response, terms, true, null);
        assertThat(this.written).extracting(PaymentRefusal::identityRequired).containsExactly(false, true);
    }

    @Test
    void headersWhenThereIsAReceiptThenBehindTheTerms() throws Exception {
        answers(false).refuse(this.request, this.response, Reason.SETTLEMENT_FAILED, TERMS, null, RECEIPT,
                TestDialects.version(1));
        assertThat(written().headers()).extracting(HeaderField::name)
            .containsExactly("PAYMENT-REQUIRED", "X-PAYMENT-RESPONSE");
    }

    @ParameterizedTest
    @CsvSource({ "true, PAYMENT_INVALID, PAYMENT_INVALID", "false, PAYMENT_INVALID, TEMPORARILY_UNAVAILABLE",
            "false, SETTLEMENT_FAILED, TEMPORARILY_UNAVAILABLE", "false, FORBIDDEN, FORBIDDEN",
            "false, SETTLEMENT_PENDING, SETTLEMENT_PENDING", "false, PAYMENT_ALREADY_USED, PAYMENT_ALREADY_USED" })
    void toldWhenANewPaymentWouldNotBeTakenThenNotAskedFor(boolean accepting, Reason why, Reason told) {
        this.accepting = accepting;
        assertThat(answers(false).statedReason(why, TERMS)).isEqualTo(told);
        assertThat(answers(false).statedReason(why, null)).isEqualTo(why);
    }

    @Test
    void refuseWhenANewPaymentHelpsThenTermsSayWhy() throws Exception {
        answers(false).refuse(this.request, this.response, Reason.PAYMENT_INVALID, TERMS, ReasonCode.EVM_SIGNATURE,
                null, TestDialects.version(1));
        PaymentRequired terms = REQUIRED.withError("invalid_exact_evm_signature");
        assertThat(written().terms()).isEqualTo(terms);
        assertThat(CODEC.decodePaymentRequired(written().challenge().get(0).value())).contains(terms);
        assertThat(written().dialect()).isSameAs(TestDialects.version(1));
    }

    @Test
    void refuseWhenNoNewPaymentHelpsThenNoTerms() throws Exception {
        answers(false).refuse(this.request, this.response, Reason.SETTLEMENT_PENDING, TERMS, null, RECEIPT,
                DIALECTS.preferred());
        assertThat(written().terms()).isNull();
        assertThat(written().challenge()).isEmpty();
        assertThat(written().receipt()).isEqualTo(RECEIPT);
    }

    @Test
    void refuseWhenDenialSaysMoreThenToldAsItIs() throws Exception {
        Denial denial = new Denial(Reason.LIMIT_REACHED, Map.of("limit", "a"), 90);
        answers(false).refuse(this.request, this.response, denial, TERMS, null, null, DIALECTS.preferred());
        assertThat(written().denial()).isSameAs(denial);
    }

    @Test
    void refuseWhenRequestCarriesAPaymentThenSaysSo() throws Exception {
        this.request.addHeader("X-PAYMENT", "cheque");
        answers(false).refuse(this.request, this.response, Reason.UNAUTHENTICATED, null, null, null,
                DIALECTS.preferred());
        assertThat(written().presented()).isTrue();
        assertThat(written().identityRequired()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({ "1, X-PAYMENT-RESPONSE, PAYMENT-RESPONSE, base-sepolia",
            "2, PAYMENT-RESPONSE, X-PAYMENT-RESPONSE, eip155:84532" })
    void addReceiptWhenSettledThenInTheVersionOfTheClientAndPrivate(int version, String header, String other,
            String network) {
        this.response.setHeader("Cache-Control", "public, max-age=60");
        answers(false).addReceipt(this.request, this.response, RECEIPT, TestDialects.version(version));
        assertThat(CODEC.decodeSettleResponse(String.valueOf(this.response.getHeader(header))))
            .hasValueSatisfying((receipt) -> assertThat(receipt.network()).isEqualTo(network));
        assertThat(this.response.containsHeader(other)).isFalse();
        assertThat(this.response.getHeader("Cache-Control")).isEqualTo("max-age=60, private");
        assertThat(this.response.getHeader("Vary")).contains("PAYMENT-SIGNATURE");
    }

    @Test
    void addReceiptWhenHandlerForgedOneThenReplaced() {
        HoldableResponse holdable = new HoldableResponse(this.response, 16);
        holdable.hold(() -> {
        });
        holdable.setHeader("X-PAYMENT-RESPONSE", "forged");
        holdable.addHeader("PAYMENT-RESPONSE", "forged");
        answers(false).addReceipt(this.request, holdable, RECEIPT, DIALECTS.preferred());
        assertThat(holdable.getHeaders("X-PAYMENT-RESPONSE")).isEmpty();
        assertThat(holdable.getHeaders("PAYMENT-RESPONSE")).hasSize(1).doesNotContain("forged");
    }

    @Test
    void addReceiptWhenSettlementsAreSimulatedThenMarked() throws Exception {
        answers(false).addReceipt(this.request, this.response, RECEIPT, DIALECTS.preferred());
        assertThat(this.response.getHeader("X402-Simulated")).isNull();
        answers(true).refuse(this.request, this.response, Reason.SETTLEMENT_PENDING, null, null, null,
                DIALECTS.preferred());
        assertThat(this.response.getHeader("X402-Simulated")).isNull();
        answers(true).refuse(this.request, this.response, Reason.SETTLEMENT_PENDING, null, null, RECEIPT,
                DIALECTS.preferred());
        assertThat(this.response.getHeader("X402-Simulated")).isEqualTo("true");
    }

    private PaymentResponses answers(boolean simulated) {
        return new PaymentResponses(DIALECTS, (request, response, refusal) -> this.written.add(refusal),
                (endpoint) -> this.accepting && "report".equals(endpoint), simulated);
    }

    private PaymentRefusal written() {
        assertThat(this.written).hasSize(1);
        return this.written.get(0);
    }

    private static final class PreparingWriter implements PaymentChallengeWriter {

        private final List<PaymentRefusal> written = new ArrayList<>();

        private int prepared;

        private int quick;

        @Override
        public void write(HttpServletRequest request, HttpServletResponse response, PaymentRefusal refusal) {
            this.written.add(refusal);
        }

        @Override
        public PaymentChallengeWriter prepare(PaymentRefusal challenge) {
            this.prepared++;
            return (request, response, refusal) -> {
                this.quick++;
                this.written.add(refusal);
            };
        }

    }

}
