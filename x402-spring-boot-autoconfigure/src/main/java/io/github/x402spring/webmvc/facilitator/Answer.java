package io.github.x402spring.webmvc.facilitator;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.github.x402spring.protocol.ReasonCode;
import io.github.x402spring.protocol.SettleResponse;
import io.github.x402spring.protocol.SupportedKind;
import io.github.x402spring.protocol.VerifyResponse;

/**
 * Is an answer of the facilitator's HTTP interface.
 *
 * @param status the status
 * @param body the message
 * @param retryAfterSeconds when to ask again; 0 if the answer does not say
 */
record Answer(int status, Map<String, Object> body, long retryAfterSeconds) {

    private static final int OK = 200;

    static Answer of(VerifyResponse response) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("isValid", response.valid());
        ReasonCode reason = response.invalidReason();
        if (reason != null) {
            body.put("invalidReason", reason.value());
        }
        if (response.payer() != null) {
            body.put("payer", response.payer());
        }
        return new Answer(OK, body, 0);
    }

    static Answer of(SettleResponse response, int version) {
        return new Answer(OK, (version == 1) ? response.toV1Map() : response.toMap(), 0);
    }

    static Answer of(List<SupportedKind> supported) {
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
        return new Answer(OK, body, 0);
    }

    static Answer error(int status, String problem) {
        return new Answer(status, Map.of("error", problem), 0);
    }

    Answer with(int status, String problem) {
        Map<String, Object> extended = new LinkedHashMap<>(this.body);
        extended.put("error", problem);
        return new Answer(status, extended, this.retryAfterSeconds);
    }

    Answer retryAfter(long seconds) {
        return new Answer(this.status, this.body, seconds);
    }

}
