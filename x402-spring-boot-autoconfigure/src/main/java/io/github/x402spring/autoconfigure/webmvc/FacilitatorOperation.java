package io.github.x402spring.autoconfigure.webmvc;

import io.github.x402spring.protocol.ReasonCode;
import io.github.x402spring.protocol.SettleResponse;
import io.github.x402spring.protocol.VerifyResponse;

/**
 * Operation of a facilitator, with its replies to requests that are not passed on.
 */
enum FacilitatorOperation {

    VERIFY("/verify", "POST"), SETTLE("/settle", "POST"), SUPPORTED("/supported", "GET");

    private final String path;

    private final String method;

    FacilitatorOperation(String path, String method) {
        this.path = path;
        this.method = method;
    }

    String path() {
        return this.path;
    }

    String method() {
        return this.method;
    }

    /**
     * Refuses a request that is not the protocol's.
     */
    FacilitatorReply malformed(int status, String problem) {
        return switch (this) {
            case VERIFY ->
                FacilitatorReply.of(VerifyResponse.invalid(ReasonCode.INVALID_PAYLOAD)).with(status, problem);
            case SETTLE -> failed(ReasonCode.INVALID_PAYLOAD).with(status, problem);
            case SUPPORTED -> FacilitatorReply.error(status, problem);
        };
    }

    /**
     * Defers a request, whose payment may be valid. No reply may leave open whether a
     * payment was sent that was not.
     */
    FacilitatorReply unavailable(int status, String problem, long retryAfterSeconds) {
        FacilitatorReply answer = (this == SETTLE) ? failed(ReasonCode.SETTLEMENT_NOT_SENT).with(status, problem)
                : FacilitatorReply.error(status, problem);
        return answer.retryAfter(retryAfterSeconds);
    }

    private static FacilitatorReply failed(ReasonCode reason) {
        return FacilitatorReply.of(new SettleResponse(false, reason, null, "", ""), 2);
    }

}
