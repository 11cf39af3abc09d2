package io.github.x402spring.autoconfigure.webmvc;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.github.x402spring.protocol.ReasonCode;
import io.github.x402spring.protocol.SettleResponse;
import io.github.x402spring.protocol.SupportedKind;
import io.github.x402spring.protocol.VerifyResponse;

/**
 * Reply of the facilitator's HTTP interface.
 *
 * @param status the status
 * @param body the message
 * @param retryAfterSeconds when to ask again; 0 if the reply does not state it
 */
record FacilitatorReply(int status, Map<String, Object> body, long retryAfterSeconds) {

    private static final int OK = 200;

    static FacilitatorReply of(VerifyResponse response) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("isValid", response.valid());
        ReasonCode reason = response.invalidReason();
        if (reason != null) {
            body.put("invalidReason", reason.value());
        }
        if (response.payer() != null) {
            body.put("payer", response.payer());
        }
        return new FacilitatorReply(OK, body, 0);
    }

    static FacilitatorReply of(SettleResponse response, int version) {
        return new FacilitatorReply(OK, (version == 1) ? response.toV1Map() : response.toMap(), 0);
    }

    static FacilitatorReply of(List<SupportedKind> supported) {
        List<Object> kinds = new ArrayList<>();
        for (SupportedKind kind : supported) {
            Map<String, Object> map = new LinkedHashMap<>();
            map.put("x402Version", kind.x402Version());
            map.put("scheme", kind.scheme());
            map.put("network", kind.network());
            if (!kind.extra().isEmpty()) {
                map.put("extra", kind.extra());
            }
            kinds.add(map);
        }
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("kinds", kinds);
        body.put("extensions", List.of());
        body.put("signers", Map.of());
        return new FacilitatorReply(OK, body, 0);
    }

    static FacilitatorReply error(int status, String problem) {
        return new FacilitatorReply(status, Map.of("error", problem), 0);
    }

    FacilitatorReply with(int status, String problem) {
        Map<String, Object> extended = new LinkedHashMap<>(this.body);
        extended.put("error", problem);
        return new FacilitatorReply(status, extended, this.retryAfterSeconds);
    }

    FacilitatorReply retryAfter(long seconds) {
        return new FacilitatorReply(this.status, this.body, seconds);
    }

}
