package io.github.x402spring.webmvc;

import java.util.EnumSet;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.exchange.ExchangeDecision;
import io.github.x402spring.facilitator.FacilitatorException;
import io.github.x402spring.facilitator.FacilitatorNotReachedException;
import io.github.x402spring.facilitator.FakeFacilitator;
import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.ReasonCode;
import io.github.x402spring.protocol.SettleResponse;
import io.github.x402spring.protocol.VerifyResponse;

/**
 * Lists what may become of a paid request, and what follows from it whatever the handler
 * is.
 */
enum Outcome {

    SETTLED("/paid", "", new Expected(0, true, true, 1, 1, 1)),

    SETTLE_REFUSED("/paid", "", new Expected(402, false, false, 1, 1, 1)),

    SETTLE_UNKNOWN("/paid", "", new Expected(503, false, false, 1, 1, 1)),

    SETTLE_PENDING("/paid", "", new Expected(503, false, false, 1, 1, 2)),

    SETTLE_NOT_REACHED("/paid", "", new Expected(503, false, null, 1, 1, 1)),

    SETTLE_BROKEN("/paid", "", new Expected(503, false, false, 1, 1, 1)),

    VERIFY_REJECTED("/paid", "", new Expected(402, false, null, 1, 0, 0)),

    HANDLER_THROWS("/paid", "?fail=1", new Expected(500, false, null, 1, 1, 0)),

    DENIED_BY_ENDPOINT("/denied", "", new Expected(403, false, null, 1, 0, 0)),

    DENIED_BY_METHOD_SECURITY("/guarded", "", new Expected(403, false, null, 1, 0, 0)),

    UPFRONT_SETTLED("/upfront", "", new Expected(0, true, true, 0, 1, 1)),

    UPFRONT_REFUSED("/upfront", "", new Expected(402, false, false, 0, 0, 1)),

    UPFRONT_UNKNOWN("/upfront", "", new Expected(503, false, false, 0, 0, 1)),

    UPFRONT_NOT_REACHED("/upfront", "", new Expected(503, false, null, 0, 0, 1)),

    UPFRONT_HANDLER_THROWS("/upfront", "?fail=1", new Expected(500, false, true, 0, 1, 1));

    private static final Set<HandlerKind> GUARDED = EnumSet.of(HandlerKind.STRING, HandlerKind.VIEW, HandlerKind.STREAM,
            HandlerKind.CALLABLE, HandlerKind.DEFERRED_RESULT, HandlerKind.STREAMING_RESPONSE_BODY,
            HandlerKind.SSE_FROM_THE_START, HandlerKind.RESPONSE_BODY_EMITTER, HandlerKind.LARGE_STREAM,
            HandlerKind.RAW_ASYNC, HandlerKind.JSON_BODY, HandlerKind.FUNCTION, HandlerKind.FUNCTION_BEAN);

    private static final Network NETWORK = Network.parse("base-sepolia");

    private final String shop;

    private final String query;

    private final Expected expected;

    Outcome(String shop, String query, Expected expected) {
        this.shop = shop;
        this.query = query;
        this.expected = expected;
    }

    String shop() {
        return this.shop;
    }

    String query() {
        return this.query;
    }

    /** Method security guards a few of the handlers. */
    boolean meets(HandlerKind kind) {
        boolean exists = kind != HandlerKind.DENIED_AS_VALUE_AFTERWARDS || !"/upfront".equals(this.shop);
        return exists && (this != DENIED_BY_METHOD_SECURITY || GUARDED.contains(kind));
    }

    /**
     * Says what a cell of the matrix has to look like. Here is every exception to the
     * rule that the outcome alone decides.
     */
    Expected expected(HandlerKind kind) {
        if (nothingIsSold(kind)) {
            return new Expected(kind.status(), true, null, "/paid".equals(this.shop) ? 1 : 0, kind.runs(), 0);
        }
        return this.expected.delivered() ? this.expected.withStatus(kind.status()) : this.expected;
    }

    /** What keeps the handler from running leaves nothing to settle upfront, either. */
    private boolean nothingIsSold(HandlerKind kind) {
        boolean handlerDecides = "/paid".equals(this.shop) && this.query.isEmpty() && this != VERIFY_REJECTED;
        boolean admitted = "/paid".equals(this.shop) ? this != VERIFY_REJECTED : "/upfront".equals(this.shop);
        return (handlerDecides && !kind.sale()) || (admitted && kind.vetoed());
    }

    ExchangeDecision decision(HandlerKind kind) {
        if (nothingIsSold(kind)) {
            return ExchangeDecision.RELEASED;
        }
        return switch (this) {
            case SETTLED, UPFRONT_SETTLED, UPFRONT_HANDLER_THROWS -> ExchangeDecision.SETTLED;
            case SETTLE_REFUSED, UPFRONT_REFUSED -> ExchangeDecision.SETTLEMENT_REFUSED;
            case SETTLE_UNKNOWN, SETTLE_PENDING, SETTLE_BROKEN, UPFRONT_UNKNOWN -> ExchangeDecision.UNKNOWN;
            case SETTLE_NOT_REACHED, UPFRONT_NOT_REACHED, VERIFY_REJECTED, DENIED_BY_ENDPOINT,
                    DENIED_BY_METHOD_SECURITY ->
                ExchangeDecision.REFUSED;
            case HANDLER_THROWS -> ExchangeDecision.RELEASED;
        };
    }

    void script(FakeFacilitator facilitator) {
        switch (this) {
            case SETTLE_REFUSED, UPFRONT_REFUSED -> facilitator.onSettle(failed("insufficient_funds"));
            case SETTLE_UNKNOWN, UPFRONT_UNKNOWN ->
                facilitator.onSettle(FakeFacilitator.failure(new FacilitatorException("The answer was lost", null)));
            case SETTLE_PENDING ->
                facilitator.onSettle(failed("settlement_pending")).onSettle(failed("settlement_pending"));
            case SETTLE_NOT_REACHED, UPFRONT_NOT_REACHED -> facilitator
                .onSettle(FakeFacilitator.failure(new FacilitatorNotReachedException("Nobody is there", null)));
            case SETTLE_BROKEN -> facilitator.onSettle(FakeFacilitator.failure(new IllegalStateException("A bug")));
            case VERIFY_REJECTED -> facilitator.onVerify(VerifyResponse.invalid(ReasonCode.of("insufficient_funds")));
            case SETTLED, HANDLER_THROWS, DENIED_BY_ENDPOINT, DENIED_BY_METHOD_SECURITY, UPFRONT_SETTLED,
                    UPFRONT_HANDLER_THROWS ->
                {
                }
        }
    }

    private static SettleResponse failed(String reason) {
        return SettleResponse.failed(ReasonCode.of(reason), "", NETWORK);
    }

    /**
     * Is what a cell of the matrix has to look like.
     *
     * @param status the status
     * @param delivered whether the handler's answer arrives, as it would for free
     * @param receipt whether the receipt says success; {@code null} if there is none
     * @param verifications how often the facilitator verified
     * @param runs how often the handler ran
     * @param settlements how often the facilitator was asked to settle
     */
    record Expected(int status, boolean delivered, @Nullable Boolean receipt, int verifications, int runs,
            int settlements) {

        private Expected withStatus(int status) {
            return new Expected(status, this.delivered, this.receipt, this.verifications, this.runs, this.settlements);
        }

    }

}
