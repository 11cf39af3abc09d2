package io.github.x402spring.test;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.test.web.servlet.assertj.MvcTestResult;
import org.springframework.test.web.servlet.client.ExchangeResult;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

import io.github.x402spring.codec.PaymentHeaderCodec;
import io.github.x402spring.protocol.SettleResponse;

/**
 * Response as the assertions see it, whatever client received it.
 *
 * @param status the HTTP status
 * @param headers the headers
 * @param body the body as text, or as the tree that the client made of it
 */
record ReceivedResponse(int status, HttpHeaders headers, @Nullable Object body) {

    private static final int SHOWN_BODY = 1000;

    private static final PaymentHeaderCodec CODEC = new PaymentHeaderCodec(64 * 1024);

    private static final JsonMapper JSON = JsonMapper.builder().build();

    static ReceivedResponse of(MvcTestResult result) {
        if (result.getRequest().getAttribute(TestPaymentFilter.ATTRIBUTE) != null) {
            throw new AssertionError("The payment of the request was not made: the filters of the application are not "
                    + "in front of this MockMvc, or one that comes first wraps requests. Inject the MockMvc of the context");
        }
        MockHttpServletResponse response = result.getResponse();
        HttpHeaders headers = new HttpHeaders();
        response.getHeaderNames().forEach((name) -> headers.addAll(name, response.getHeaders(name)));
        return new ReceivedResponse(response.getStatus(), headers, text(response.getContentAsByteArray()));
    }

    static ReceivedResponse of(ResponseEntity<?> response) {
        Object body = response.getBody();
        return new ReceivedResponse(response.getStatusCode().value(), response.getHeaders(),
                (body instanceof byte[] bytes) ? text(bytes) : body);
    }

    static ReceivedResponse of(ExchangeResult result) {
        return new ReceivedResponse(result.getStatus().value(), result.getResponseHeaders(),
                text(result.getResponseBodyContent()));
    }

    /**
     * Terms of the header {@code PAYMENT-REQUIRED}; empty if it is absent or unreadable.
     */
    Optional<OfferedTerms> terms() {
        return only(OfferedTerms.HEADER).flatMap(CODEC::decodeTerms)
            .map((terms) -> new OfferedTerms(terms, PaymentContext.current().assets()));
    }

    /**
     * Receipt of the header {@code PAYMENT-RESPONSE}, or of its version 1; empty if there
     * is none, an unreadable one, or more than one.
     */
    Optional<SettleResponse> receipt() {
        List<String> values = receipts();
        return (values.size() == 1) ? CODEC.decodeSettleResponse(values.get(0)) : Optional.empty();
    }

    /** Values of the headers that should hold a receipt, readable or not. */
    List<String> receipts() {
        List<String> values = new ArrayList<>(this.headers.getOrEmpty("PAYMENT-RESPONSE"));
        values.addAll(this.headers.getOrEmpty("X-PAYMENT-RESPONSE"));
        return values;
    }

    /**
     * Member {@code payment.charged} of the body, also if that is no decision envelope.
     */
    @Nullable Object charged() {
        return (tree().get("payment") instanceof Map<?, ?> payment) ? payment.get("charged") : null;
    }

    /** Decision envelope of the body; empty if the body is something else. */
    Map<String, @Nullable Object> envelope() {
        Map<String, @Nullable Object> tree = tree();
        return (tree.get("decision") instanceof String) ? tree : Map.of();
    }

    /** Describes the response for a failure message. */
    String description() {
        StringBuilder text = new StringBuilder("the response has status ").append(this.status);
        terms().ifPresent((terms) -> text.append(", asks for ").append(terms));
        receipt().ifPresentOrElse((receipt) -> text.append(", has the receipt of ")
            .append(receipt.success() ? "the transaction " + receipt.transaction()
                    : "a payment that was not settled: " + receipt.errorReason()),
                () -> {
                    int receipts = receipts().size();
                    if (receipts > 0) {
                        text.append((receipts == 1) ? ", has a receipt that is not readable"
                                : ", has " + receipts + " receipts");
                    }
                });
        String body = String.valueOf(this.body);
        if (this.body != null && !body.isEmpty()) {
            text.append(", and the body ")
                .append((body.length() > SHOWN_BODY) ? body.substring(0, SHOWN_BODY) + "…" : body);
        }
        return text.toString();
    }

    /** Shown by assertions that are inherited from AssertJ. */
    @Override
    public String toString() {
        return description();
    }

    private Optional<String> only(String name) {
        List<String> values = this.headers.getOrEmpty(name);
        return (values.size() == 1) ? Optional.of(values.get(0)) : Optional.empty();
    }

    private Map<String, @Nullable Object> tree() {
        try {
            Object tree = (this.body instanceof CharSequence text) ? JSON.readValue(text.toString(), Object.class)
                    : JSON.convertValue(this.body, Object.class);
            Map<String, @Nullable Object> members = new LinkedHashMap<>();
            if (tree instanceof Map<?, ?> map) {
                map.forEach((name, value) -> members.put(String.valueOf(name), value));
            }
            return members;
        }
        catch (JacksonException | IllegalArgumentException ex) {
            return Map.of();
        }
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

}
