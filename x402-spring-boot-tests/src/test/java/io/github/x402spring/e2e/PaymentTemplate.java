package io.github.x402spring.e2e;

import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

import tools.jackson.databind.json.JsonMapper;

import io.github.x402spring.scheme.exact.evm.SignatureForms;
import io.github.x402spring.test.PaymentDraft;

/**
 * Parts of a signed payment by their names in the templates of the corpus.
 */
final class PaymentTemplate {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Map<String, String> parts = new LinkedHashMap<>();

    PaymentTemplate(PaymentDraft payment, Map<String, ?> resource) {
        Map<String, Object> payload = new LinkedHashMap<>(payment.schemePayload());
        Map<?, ?> authorization = (Map<?, ?>) payload.get("authorization");
        Map<Object, Object> numbers = new LinkedHashMap<>(authorization);
        numbers.put("validAfter", 0);
        numbers.put("validBefore", Long.parseLong((String) authorization.get("validBefore")));
        String signature = (String) payload.get("signature");
        byte[] zeroBased = SignatureForms.zeroBasedV(HexFormat.of().parseHex(signature.substring(2)));
        Map<?, ?> accepted = (Map<?, ?>) payment.tree().get("accepted");
        Map<Object, Object> minimal = new LinkedHashMap<>(accepted);
        minimal.put("extra", Map.of("name", "USDC", "version", "2"));
        Map<Object, Object> cheaper = new LinkedHashMap<>(accepted);
        cheaper.put("amount", "1");
        this.parts.put("{authorization}", JSON.writeValueAsString(authorization));
        this.parts.put("{numbers}", JSON.writeValueAsString(numbers));
        this.parts.put("{signature}", signature);
        this.parts.put("{zeroBased}", "0x" + HexFormat.of().formatHex(zeroBased));
        this.parts.put("{accepted}", JSON.writeValueAsString(accepted));
        this.parts.put("{minimal}", JSON.writeValueAsString(minimal));
        this.parts.put("{cheaper}", JSON.writeValueAsString(cheaper));
        this.parts.put("{resource}", JSON.writeValueAsString(resource));
    }

    String fill(String template) {
        String text = template;
        for (Map.Entry<String, String> part : this.parts.entrySet()) {
            text = text.replace(part.getKey(), part.getValue());
        }
        return text;
    }

}
