package io.github.x402spring.webmvc;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;

import io.github.x402spring.codec.PaymentHeaderCodec;
import io.github.x402spring.codec.WireJson;
import io.github.x402spring.decision.Charged;
import io.github.x402spring.decision.DecisionEnvelope;
import io.github.x402spring.decision.Reason;
import io.github.x402spring.decision.RetryWith;
import io.github.x402spring.protocol.PaymentRequired;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.SettleResponse;

/**
 * Writes the decision envelope as problem details, with the readable terms beside it
 * where a payment can change the outcome.
 *
 * @since 0.1.0
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9457">RFC 9457</a>
 */
public final class ProblemPaymentChallengeWriter implements PaymentChallengeWriter {

    /** W3C Trace Context; an all-zero trace id is no trace id. */
    private static final Pattern TRACEPARENT = Pattern
        .compile("[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}");

    private static final int RETRY_AFTER_SECONDS = 5;

    private static final long UUID_VERSION_BITS = 0xF000L;

    private static final long UUID_VERSION_4 = 0x4000L;

    private static final long UUID_VARIANT = 0x8000_0000_0000_0000L;

    /** Only writes; the bound is one on reading. */
    private final WireJson json = new WireJson(1);

    private final PaymentHeaderCodec codec;

    private final String authenticateChallenge;

    private final boolean v1;

    /**
     * Creates a writer.
     * @param codec encodes receipts
     * @param authenticateChallenge the value of {@code WWW-Authenticate} where a caller
     * has to authenticate
     * @param v1 whether the readable terms are written for clients of x402 version 1
     */
    public ProblemPaymentChallengeWriter(PaymentHeaderCodec codec, String authenticateChallenge, boolean v1) {
        this.codec = codec;
        this.authenticateChallenge = authenticateChallenge;
        this.v1 = v1;
    }

    @Override
    public void write(HttpServletRequest request, HttpServletResponse response, PaymentRefusal refusal)
            throws IOException {
        write(request, response, refusal, render(refusal, requestId(), traceId(request)));
    }

    /**
     * Writes a refusal whose body, but for the request's ids, was rendered before.
     */
    void write(HttpServletRequest request, HttpServletResponse response, PaymentRefusal refusal,
            PreparedChallenge prepared) throws IOException {
        write(request, response, refusal, prepared.body(requestId(), traceId(request)));
    }

    PreparedChallenge prepare(PaymentRefusal refusal) {
        return PreparedChallenge.of((requestId) -> render(refusal, requestId, null));
    }

    private void write(HttpServletRequest request, HttpServletResponse response, PaymentRefusal refusal, byte[] body)
            throws IOException {
        response.setStatus(refusal.reason().status());
        writeHeaders(request, response, refusal);
        response.setContentType(MediaType.APPLICATION_PROBLEM_JSON_VALUE);
        response.setContentLength(body.length);
        if (!"HEAD".equals(request.getMethod())) {
            response.getOutputStream().write(body);
        }
        response.flushBuffer();
    }

    /**
     * Tells requests apart and is no secret, so it need not wait for the system's random
     * numbers.
     */
    private static String requestId() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        long high = (random.nextLong() & ~UUID_VERSION_BITS) | UUID_VERSION_4;
        long low = (random.nextLong() >>> 2) | UUID_VARIANT;
        return new UUID(high, low).toString();
    }

    private void writeHeaders(HttpServletRequest request, HttpServletResponse response, PaymentRefusal refusal) {
        response.setHeader(HttpHeaders.CACHE_CONTROL, "no-store");
        PaymentHttpHeaders.addNegotiation(request, response);
        if (refusal.challenge() != null) {
            response.setHeader(PaymentHttpHeaders.PAYMENT_REQUIRED, refusal.challenge());
        }
        SettleResponse receipt = refusal.receipt();
        if (receipt != null) {
            boolean v1Client = refusal.x402Version() == 1;
            response.setHeader(v1Client ? PaymentHttpHeaders.X_PAYMENT_RESPONSE : PaymentHttpHeaders.PAYMENT_RESPONSE,
                    this.codec.encode(v1Client ? receipt.toV1Map() : receipt.toMap()));
        }
        if (refusal.identityRequired()) {
            response.addHeader(HttpHeaders.WWW_AUTHENTICATE, this.authenticateChallenge);
        }
        Integer retryAfter = retryAfter(refusal.reason());
        if (retryAfter != null) {
            response.setHeader(HttpHeaders.RETRY_AFTER, retryAfter.toString());
        }
    }

    private static @Nullable Integer retryAfter(Reason reason) {
        boolean wait = reason.status() == 503
                || (reason.status() == 409 && reason.retryWith() == RetryWith.SAME_PAYMENT);
        return wait ? RETRY_AFTER_SECONDS : null;
    }

    private byte[] render(PaymentRefusal refusal, String requestId, @Nullable String traceId) {
        PaymentRequired terms = refusal.terms();
        SettleResponse receipt = refusal.receipt();
        DecisionEnvelope envelope = new DecisionEnvelope(refusal.reason(), requestId, traceId,
                (terms != null) ? payment(terms) : Map.of(), state(refusal),
                (receipt != null) ? receipt.transaction() : "", retryAfter(refusal.reason()));
        Map<String, Object> body = envelope.toMap();
        if (terms != null) {
            body.putAll(this.v1 ? terms.toV1Map() : terms.toMap());
        }
        return this.json.write(body);
    }

    private static Map<String, Object> payment(PaymentRequired terms) {
        PaymentRequirements first = terms.accepts().get(0);
        Map<String, Object> payment = new LinkedHashMap<>();
        payment.put("scheme", first.scheme());
        payment.put("network", first.network().toString());
        payment.put("amount", first.amount().toString());
        return payment;
    }

    private static String state(PaymentRefusal refusal) {
        if (!refusal.presented()) {
            return "none";
        }
        return switch (refusal.reason()) {
            case PAYMENT_IN_FLIGHT -> "in_flight";
            case PAYMENT_ALREADY_USED -> "settled";
            case SETTLEMENT_FAILED -> "failed";
            default -> (refusal.reason().charged() == Charged.UNKNOWN) ? Charged.UNKNOWN.name().toLowerCase(Locale.ROOT)
                    : "released";
        };
    }

    private static @Nullable String traceId(HttpServletRequest request) {
        String traceparent = request.getHeader("traceparent");
        if (traceparent == null || traceparent.length() != 55) {
            return null;
        }
        Matcher matcher = TRACEPARENT.matcher(traceparent);
        return matcher.matches() ? matcher.group(1) : null;
    }

}
