package io.github.x402spring.webmvc.hold;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.mock.web.MockHttpSession;
import org.springframework.web.method.HandlerMethod;

import io.github.x402spring.PaymentFlow;
import io.github.x402spring.codec.PaymentHeaderCodec;
import io.github.x402spring.envelope.EnvelopeRenderer;
import io.github.x402spring.facilitator.FacilitatorException;
import io.github.x402spring.facilitator.FakeFacilitator;
import io.github.x402spring.gate.AdmittedPayment;
import io.github.x402spring.gate.ExchangeTrack;
import io.github.x402spring.gate.Offer;
import io.github.x402spring.http.PaymentDialects;
import io.github.x402spring.http.PaymentTerms;
import io.github.x402spring.protocol.PaymentRequired;
import io.github.x402spring.protocol.ReasonCode;
import io.github.x402spring.protocol.SettleResponse;
import io.github.x402spring.webmvc.BillableResponse;
import io.github.x402spring.webmvc.PaymentCancellation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

class HeldPaymentTests {

    private static final PaymentHeaderCodec CODEC = new PaymentHeaderCodec(64 * 1024);

    private final AdmittingGate gate = new AdmittingGate();

    private final MockHttpServletRequest request = new MockHttpServletRequest("GET", "/report");

    private final MockHttpServletResponse below = new MockHttpServletResponse();

    private final HoldableResponse response = new HoldableResponse(this.below, 16);

    @Test
    void completeWhenHandlerAnsweredThenSettledAndDeliveredWithAReceipt() throws Exception {
        HeldPayment payment = hold();
        write("CANARY");
        payment.handlerReturned();
        assertThat(this.gate.journal()).containsSubsequence("ledger.settling", "facilitator.settle", "ledger.settled",
                "ledger.delivered");
        assertThat(this.below.getContentAsString()).isEqualTo("CANARY");
        assertThat(receipt()).hasValueSatisfying((receipt) -> assertThat(receipt.success()).isTrue());
        assertThat(this.below.getHeader("Cache-Control")).isEqualTo("private");
        assertThat(payment.refused()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = { 400, 402, 404, 500, 503 })
    void completeWhenAnswerIsNoSaleThenReleasedAndLeftAsItIs(int status) throws Exception {
        HeldPayment payment = hold();
        this.response.setStatus(status);
        this.response.setHeader("PAYMENT-RESPONSE", "forged");
        write("sorry");
        payment.handlerReturned();
        assertThat(this.gate.journal()).containsExactly("ledger.release");
        assertThat(this.below.getStatus()).isEqualTo(status);
        assertThat(this.below.getContentAsString()).isEqualTo("sorry");
        assertThat(this.below.getHeader("PAYMENT-RESPONSE")).isNull();
    }

    @Test
    void completeWhenCancelledThenReleased() throws Exception {
        HeldPayment payment = hold();
        PaymentCancellation.cancel(this.request);
        write("sorry");
        payment.handlerReturned();
        assertThat(this.gate.journal()).containsExactly("ledger.release");
        assertThat(receipt()).isEmpty();
    }

    @Test
    void completeWhenSettlementIsRefusedThenChallengedAndNothingLeaks() throws Exception {
        this.gate.facilitator()
            .onSettle(SettleResponse.failed(ReasonCode.EVM_SIGNATURE, "", AdmittingGate.TERMS.network()));
        HeldPayment payment = hold();
        this.response.setHeader("X-Canary", "CANARY");
        write("CANARY");
        payment.handlerReturned();
        assertThat(payment.refused()).isTrue();
        assertThat(this.below.getStatus()).isEqualTo(402);
        assertThat(this.below.getHeader("X-Canary")).isNull();
        assertThat(this.below.getContentAsString()).doesNotContain("CANARY");
        assertThat(this.gate.journal()).contains("ledger.release").doesNotContain("ledger.settled", "ledger.delivered");
        assertThat(this.gate.keeps()).isFalse();
    }

    @Test
    void completeWhenOutcomeIsUnknownThenNoFreeAnswerAndTheAnswerIsKept() throws Exception {
        this.gate.facilitator().onSettle(FakeFacilitator.failure(new FacilitatorException("lost", null)));
        HeldPayment payment = hold();
        write("CANARY");
        payment.handlerReturned();
        assertThat(this.below.getStatus()).isEqualTo(503);
        assertThat(this.below.getContentAsString()).doesNotContain("CANARY");
        assertThat(this.below.getHeader("PAYMENT-REQUIRED")).isNull();
        assertThat(this.gate.journal()).contains("ledger.unknown").doesNotContain("ledger.release");
        assertThat(this.gate.keeps()).isTrue();
    }

    @Test
    void completeWhenAnotherAttemptHasThePaymentThenItsStoredAnswerStays() throws Exception {
        HeldPayment late = hold();
        write("LATE");
        this.gate.recover();
        AdmittedPayment other = this.gate.admit();
        this.gate.gate().settle(other, null, new byte[] { 7 });
        byte[] stored = this.gate.kept().orElseThrow();
        late.handlerReturned();
        assertThat(this.below.getStatus()).isEqualTo(503);
        assertThat(this.gate.kept()).contains(stored);
    }

    @Test
    void completeWhenTheAnswerLeftBeforehandThenReleasedAndNotSettled() throws Exception {
        HeldPayment payment = hold();
        write("CANARY");
        this.below.setCommitted(true);
        payment.handlerReturned();
        assertThat(this.gate.journal()).containsExactly("ledger.release");
        assertThat(this.below.getContentAsByteArray()).isEmpty();
    }

    @Test
    void completeWhenCalledTwiceThenSettledOnce() throws Exception {
        HeldPayment payment = hold();
        write("CANARY");
        payment.handlerReturned();
        payment.handlerReturned();
        assertThat(this.gate.facilitator().settlements()).hasSize(1);
        assertThat(this.below.getContentAsString()).isEqualTo("CANARY");
    }

    @Test
    void abandonWhenHandlerFailedThenReleasedAndWhatItWroteIsForgotten() throws Exception {
        HeldPayment payment = hold();
        this.response.setHeader("X-Canary", "CANARY");
        write("CANARY");
        payment.handlerThrew(new IllegalStateException("boom"));
        assertThat(this.gate.journal()).containsExactly("ledger.release");
        assertThat(this.below.getHeaderNames()).isEmpty();
        this.response.sendError(500);
        assertThat(this.below.getStatus()).isEqualTo(500);
    }

    @Test
    void abandonWhenSettledAlreadyThenStaysSettledAndCountsAsBroken() throws Exception {
        HeldPayment payment = hold();
        payment.streamStarted();
        payment.handlerThrew(new IllegalStateException("boom"));
        assertThat(this.gate.journal()).doesNotContain("ledger.release");
        assertThat(this.gate.journal()).last().isEqualTo("ledger.undelivered");
    }

    @Test
    void startWhenTheBoundIsExceededThenSettledBeforeTheFirstByteLeaves() throws Exception {
        this.gate.facilitator().onSettle((call) -> {
            assertThat(this.below.getContentAsByteArray()).isEmpty();
            return SettleResponse.settled(null, FakeFacilitator.TRANSACTION, call.requirements().network());
        });
        hold();
        write("longer than sixteen bytes");
        assertThat(this.below.getContentAsString()).isEqualTo("longer than sixteen bytes");
        assertThat(this.gate.facilitator().settlements()).hasSize(1);
        assertThat(receipt()).isPresent();
    }

    @Test
    void startWhenNotSettledThenTheWriteFails() throws Exception {
        this.gate.facilitator()
            .onSettle(SettleResponse.failed(ReasonCode.EVM_SIGNATURE, "", AdmittingGate.TERMS.network()));
        HeldPayment payment = hold();
        assertThatIOException().isThrownBy(() -> write("longer than sixteen bytes"));
        assertThat(payment.refused()).isTrue();
        assertThat(this.below.getStatus()).isEqualTo(402);
    }

    @Test
    void completeWhenPolicyLimitsWhatIsNotJsonThenRefusedAndNotSettled() throws Exception {
        HeldPayment payment = hold(this.gate.limitedTo("a").admit());
        write("CANARY");
        payment.handlerReturned();
        assertThat(this.gate.facilitator().settlements()).isEmpty();
        assertThat(this.gate.journal()).containsExactly("ledger.release");
        assertThat(this.below.getStatus()).isEqualTo(403);
        assertThat(this.below.getContentAsString()).doesNotContain("CANARY");
    }

    @ParameterizedTest
    @CsvSource({ "true, false", "false, false", "true, true" })
    void completeWhenPolicyLimitsThenWhatLeavesIsLimitedWhetherCharged(boolean cancelled, boolean failed)
            throws Exception {
        HeldPayment payment = hold(this.gate.limitedTo("a").admit());
        if (cancelled) {
            PaymentCancellation.cancel(this.request);
        }
        if (failed) {
            payment.handlerFailed();
        }
        this.response.setContentType("application/json");
        write("{\"a\":1,\"b\":2}");
        payment.handlerReturned();
        assertThat(this.below.getContentAsString()).isEqualTo("{\"a\":1}");
        assertThat(this.gate.facilitator().settlements()).hasSize(cancelled ? 0 : 1);
    }

    @Test
    void completeWhenPolicyLimitsWhatIsNotJsonAndCancelledThenRefused() throws Exception {
        HeldPayment payment = hold(this.gate.limitedTo("a").admit());
        PaymentCancellation.cancel(this.request);
        write("CANARY");
        payment.handlerReturned();
        assertThat(this.gate.journal()).containsExactly("ledger.release");
        assertThat(this.below.getStatus()).isEqualTo(403);
        assertThat(this.below.getContentAsString()).doesNotContain("CANARY");
    }

    @Test
    void completeWhenPolicyLimitsAndTheResponseIsAnErrorThenLeftAsItIs() throws Exception {
        HeldPayment payment = hold(this.gate.limitedTo("a").admit());
        this.response.setStatus(404);
        write("not found");
        payment.handlerReturned();
        assertThat(this.below.getContentAsString()).isEqualTo("not found");
    }

    @Test
    void completeWhenTheHandlerWasNotReachedThenReleasedWithoutAReceipt() throws Exception {
        HeldPayment payment = hold();
        payment.approach();
        write("veto");
        payment.handlerReturned();
        assertThat(this.gate.journal()).containsExactly("ledger.release");
        assertThat(this.below.getContentAsString()).isEqualTo("veto");
        assertThat(receipt()).isEmpty();
    }

    @Test
    void reachWhenWhatCameBeforeHasLeftThenTheHandlerDoesNotRun() throws Exception {
        HeldPayment payment = hold();
        payment.approach();
        write("longer than sixteen bytes");
        assertThat(payment.reach(new HandlerMethod(this, "toString"), false)).isFalse();
        assertThat(this.gate.journal()).containsExactly("ledger.release");
    }

    @Test
    void reachWhenThePaymentIsOpenThenTheHandlerRunsAndItsResponseIsBillable() throws Exception {
        HeldPayment payment = hold();
        payment.approach();
        assertThat(payment.reach(new HandlerMethod(this, "toString"), false)).isTrue();
        write("CANARY");
        payment.handlerReturned();
        assertThat(this.gate.facilitator().settlements()).hasSize(1);
    }

    @Test
    void completeWhenDeclaredBillableThenSettledWhateverMadeIt() throws Exception {
        HeldPayment payment = hold();
        payment.handlerFailed();
        BillableResponse.declare(this.request);
        write("apology");
        payment.handlerReturned();
        assertThat(this.gate.facilitator().settlements()).hasSize(1);
        assertThat(receipt()).isPresent();
    }

    @ParameterizedTest
    @ValueSource(booleans = { true, false })
    void completeWhenNotSettledThenASessionCreatedMeanwhileEnds(boolean refused) throws Exception {
        HeldPayment payment = hold();
        HttpSession session = this.request.getSession();
        if (refused) {
            this.gate.facilitator()
                .onSettle(SettleResponse.failed(ReasonCode.EVM_SIGNATURE, "", AdmittingGate.TERMS.network()));
        }
        else {
            PaymentCancellation.cancel(this.request);
        }
        payment.handlerReturned();
        assertThat(((MockHttpSession) session).isInvalid()).isTrue();
    }

    @Test
    void abandonWhenTheHandlerFailedThenASessionCreatedMeanwhileEndsAndItsCookieIsDropped() {
        this.below.setHeader("X-Outer", "kept");
        HeldPayment payment = hold();
        HttpSession session = this.request.getSession();
        this.below.addCookie(new Cookie("JSESSIONID", "1"));
        payment.handlerThrew(new IllegalStateException("boom"));
        assertThat(((MockHttpSession) session).isInvalid()).isTrue();
        assertThat(this.below.getHeaders("Set-Cookie")).isEmpty();
        assertThat(this.below.getHeader("X-Outer")).isEqualTo("kept");
    }

    @Test
    void completeWhenNotSettledThenASessionThatWasThereStays() throws Exception {
        HttpSession session = this.request.getSession();
        HeldPayment payment = hold();
        PaymentCancellation.cancel(this.request);
        this.request.getSession().setAttribute("a", "b");
        payment.handlerReturned();
        assertThat(((MockHttpSession) session).isInvalid()).isFalse();
    }

    @Test
    void completeWhenSettledThenASessionCreatedMeanwhileStays() throws Exception {
        HeldPayment payment = hold();
        HttpSession session = this.request.getSession();
        payment.handlerReturned();
        assertThat(((MockHttpSession) session).isInvalid()).isFalse();
    }

    @Test
    void completeWhenIncludedThenThePageIsNotCommitted() throws Exception {
        this.request.setDispatcherType(DispatcherType.INCLUDE);
        HeldPayment payment = hold();
        write("fragment");
        payment.handlerReturned();
        assertThat(this.below.isCommitted()).isFalse();
        assertThat(this.below.getContentAsString()).isEqualTo("fragment");
        assertThat(this.gate.facilitator().settlements()).hasSize(1);
    }

    @Test
    void settleUpfrontWhenFlowIsAnotherThenHandlerRunsAndNothingIsSettled() throws Exception {
        HeldPayment payment = hold();
        assertThat(payment.settleUpfront()).isTrue();
        assertThat(this.gate.facilitator().settlements()).isEmpty();
    }

    @Test
    void completeWhenSettledUpfrontThenNotSettledAgainWhateverTheStatus() throws Exception {
        HeldPayment payment = hold(this.gate.admit(PaymentFlow.UPFRONT));
        assertThat(payment.settleUpfront()).isTrue();
        this.gate.journal().clear();
        this.response.setStatus(500);
        payment.handlerReturned();
        assertThat(this.gate.facilitator().settlements()).hasSize(1);
        assertThat(this.gate.journal()).containsExactly("ledger.undelivered");
        assertThat(receipt()).isPresent();
    }

    @Test
    void completeWhenSettlingFailsWithABugThenNothingLeaves() throws Exception {
        HeldPayment payment = hold();
        write("CANARY");
        this.gate.facilitator().onSettle((call) -> {
            throw new StackOverflowError();
        });
        assertThatExceptionOfType(StackOverflowError.class).isThrownBy(payment::handlerReturned);
        assertThat(this.below.getContentAsByteArray()).isEmpty();
    }

    @Test
    void ofWhenNothingIsHeldThenNull() {
        assertThat(HeldPayment.of(this.below)).isNull();
        assertThat(HeldPayment.of(this.response)).isNull();
        HeldPayment payment = hold();
        assertThat(HeldPayment.of(this.response)).isSameAs(payment);
    }

    private HeldPayment hold() {
        return hold(this.gate.admit());
    }

    private HeldPayment hold(AdmittedPayment admitted) {
        PaymentRequired required = new PaymentRequired("Payment required", AdmittingGate.RESOURCE,
                List.of(AdmittingGate.TERMS), Map.of());
        PaymentDialects dialects = PaymentDialects.x402(CODEC, false);
        PaymentTerms terms = new PaymentTerms("report", "reports.report", required,
                List.of(Offer.of(AdmittingGate.TERMS)), dialects.challenge(required), false);
        PaymentResponses answers = new PaymentResponses(dialects,
                new ProblemPaymentChallengeWriter(new EnvelopeRenderer(null), dialects, "Bearer"), (endpoint) -> true,
                false);
        ServletExchangeTrack track = new ServletExchangeTrack(ExchangeTrack.UNOBSERVED);
        HeldPayment payment = new HeldPayment(admitted, this.gate.gate(), answers, terms, dialects.preferred(),
                this.request, this.response, track);
        payment.hold();
        payment.repeat();
        return payment;
    }

    private void write(String text) throws IOException {
        this.response.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
    }

    private Optional<SettleResponse> receipt() {
        String header = this.below.getHeader("PAYMENT-RESPONSE");
        return (header != null) ? CODEC.decodeSettleResponse(header) : Optional.empty();
    }

}
