package io.github.x402spring.test;

import java.util.Map;
import java.util.Optional;

import org.assertj.core.api.AbstractAssert;
import org.assertj.core.api.AbstractStringAssert;
import org.assertj.core.api.Assertions;
import org.jspecify.annotations.Nullable;

import io.github.x402spring.decision.Charged;
import io.github.x402spring.decision.Decision;
import io.github.x402spring.decision.RetryWith;
import io.github.x402spring.protocol.ReasonCode;
import io.github.x402spring.protocol.SettleResponse;

/**
 * Assertions on the response of a paid endpoint.
 *
 * @since 0.1.0
 * @see X402Assertions
 */
public final class PaidResponseAssert extends AbstractAssert<PaidResponseAssert, Object> {

    private static final int PAYMENT_REQUIRED = 402;

    private static final int SERVICE_UNAVAILABLE = 503;

    private final ReceivedResponse response;

    PaidResponseAssert(ReceivedResponse response) {
        super(response, PaidResponseAssert.class);
        this.response = response;
    }

    /**
     * Verifies the HTTP status.
     * @param status the status, such as 200
     * @return these assertions
     */
    public PaidResponseAssert hasStatus(int status) {
        if (this.response.status() != status) {
            fail("Expected status " + status);
        }
        return this;
    }

    /**
     * Verifies that the status is 402 and that the response holds terms, so that a client
     * can pay.
     * @return assertions on the terms
     */
    public PaymentTermsAssert isPaymentRequired() {
        Optional<OfferedTerms> terms = this.response.terms();
        if (this.response.status() != PAYMENT_REQUIRED || terms.isEmpty()) {
            fail("Expected a 402 with terms in PAYMENT-REQUIRED");
        }
        return new PaymentTermsAssert(terms.orElseThrow(), this.response.description());
    }

    /**
     * Verifies that the response has the receipt of a payment that was settled, whatever
     * its status: an endpoint with {@code flow = UPFRONT} is paid even if its handler
     * fails.
     * @return assertions on the receipt
     */
    public SettlementAssert isSettled() {
        Optional<SettleResponse> receipt = this.response.receipt().filter(SettleResponse::success);
        if (receipt.isEmpty()) {
            fail("Expected the receipt of a settled payment");
        }
        return new SettlementAssert(receipt.orElseThrow(), this.response.description());
    }

    /**
     * Verifies that the client was not charged: there is no receipt, or one that says the
     * payment was not settled, and a decision envelope, where there is one, says that
     * nothing was charged. A receipt that is not readable, more than one receipt, and an
     * outcome that is unknown are not this.
     * @return these assertions
     */
    public PaidResponseAssert isNotCharged() {
        boolean receipted = !this.response.receipts().isEmpty()
                && !this.response.receipt().filter(this::nothingSettled).isPresent();
        if (receipted || charged().filter((charged) -> charged != Charged.NO).isPresent()) {
            fail("Expected that nothing was charged");
        }
        return this;
    }

    /** A transaction that was sent may be mined, unless the envelope knows better. */
    private boolean nothingSettled(SettleResponse receipt) {
        return !receipt.success() && !ReasonCode.SETTLEMENT_PENDING.equals(receipt.errorReason())
                && (receipt.transaction().isBlank() || charged().isPresent());
    }

    /**
     * Verifies that the outcome of the settlement is unknown: status 503, and the client
     * is asked to present the same payment again.
     * @return these assertions
     */
    public PaidResponseAssert isPendingSettlement() {
        boolean same = RetryWith.SAME_PAYMENT.wireName().equals(member("advice", "retry_with"));
        boolean unknown = charged().filter(Charged.UNKNOWN::equals).isPresent();
        if (this.response.status() != SERVICE_UNAVAILABLE || !same || !unknown) {
            fail("Expected a 503 that asks for the same payment again");
        }
        return this;
    }

    /**
     * Verifies that the response has a decision envelope with this decision.
     * @param decision the decision
     * @return assertions on the envelope
     */
    public DecisionAssert hasDecision(Decision decision) {
        Map<String, @Nullable Object> envelope = this.response.envelope();
        if (envelope.isEmpty()) {
            fail("Expected a decision envelope that says " + decision);
        }
        DecisionAssert decided = new DecisionAssert(envelope, this.response.description());
        return decided.says(decision);
    }

    /**
     * Starts assertions on the body as text.
     * @return the assertions
     */
    public AbstractStringAssert<?> body() {
        Object body = this.response.body();
        return Assertions.assertThat((body != null) ? body.toString() : "").as("body");
    }

    private Optional<Charged> charged() {
        Object word = this.response.charged();
        if (word == null && this.response.envelope().isEmpty()) {
            return Optional.empty();
        }
        for (Charged charged : Charged.values()) {
            if (charged.wireName().equals(word)) {
                return Optional.of(charged);
            }
        }
        return Optional.of(Charged.UNKNOWN);
    }

    private @Nullable Object member(String object, String name) {
        return (this.response.envelope().get(object) instanceof Map<?, ?> map) ? map.get(name) : null;
    }

    private void fail(String expectation) {
        failWithMessage("%s", expectation + ", but " + this.response.description());
    }

}
