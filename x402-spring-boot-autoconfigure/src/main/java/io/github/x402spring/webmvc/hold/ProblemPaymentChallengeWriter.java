package io.github.x402spring.webmvc.hold;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import java.util.UUID;
import java.util.function.Function;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;

import io.github.x402spring.decision.Denial;
import io.github.x402spring.decision.Reason;
import io.github.x402spring.decision.RetryWith;
import io.github.x402spring.envelope.EnvelopeFormat;
import io.github.x402spring.envelope.EnvelopeRenderer;
import io.github.x402spring.envelope.RequestIds;
import io.github.x402spring.http.PaymentDialects;
import io.github.x402spring.http.PaymentRefusal;
import io.github.x402spring.protocol.PaymentRequired;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.SettleResponse;

/**
 * Writer of decision envelopes as problem details, with the readable terms beside them
 * where a payment can change the outcome.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9457">RFC 9457</a>
 */
final class ProblemPaymentChallengeWriter implements PaymentChallengeWriter {

    private static final int RETRY_AFTER_SECONDS = 5;

    private static final Set<String> TOKEN_SCHEMES = Set.of("Bearer", "DPoP");

    private final EnvelopeRenderer envelopes;

    private final PaymentDialects dialects;

    private final String authenticateChallenge;

    ProblemPaymentChallengeWriter(EnvelopeRenderer envelopes, PaymentDialects dialects, String authenticateChallenge) {
        this.envelopes = envelopes;
        this.dialects = dialects;
        this.authenticateChallenge = authenticateChallenge;
    }

    @Override
    public void write(HttpServletRequest request, HttpServletResponse response, PaymentRefusal refusal)
            throws IOException {
        EnvelopeFormat format = EnvelopeFormat.of(request.getHeader(HttpHeaders.ACCEPT));
        write(request, response, refusal, format, render(format, refusal,
                RequestIds.of(request::getAttribute, request::setAttribute, request::getHeader)));
    }

    /** Renders the body once, but for the request's ids. */
    @Override
    public PaymentChallengeWriter prepare(PaymentRefusal challenge) {
        PreparedChallenge prepared = PreparedChallenge
            .of((requestId) -> render(EnvelopeFormat.PROBLEM_JSON, challenge, new RequestIds(requestId, null, null)));
        return (request, response, refusal) -> write(request, response, refusal, prepared);
    }

    private void write(HttpServletRequest request, HttpServletResponse response, PaymentRefusal refusal,
            PreparedChallenge prepared) throws IOException {
        EnvelopeFormat format = EnvelopeFormat.of(request.getHeader(HttpHeaders.ACCEPT));
        RequestIds ids = RequestIds.of(request::getAttribute, request::setAttribute, request::getHeader);
        boolean fits = format.json() && ids.requestId().length() == PreparedChallenge.REQUEST_ID_LENGTH;
        byte[] body = fits ? prepared.body(ids.requestId(), ids.traceId()) : render(format, refusal, ids);
        write(request, response, refusal, format, body);
    }

    private void write(HttpServletRequest request, HttpServletResponse response, PaymentRefusal refusal,
            EnvelopeFormat format, byte[] body) throws IOException {
        response.setStatus(refusal.reason().status());
        writeHeaders(request, response, refusal);
        if (format == EnvelopeFormat.HTML) {
            response.setHeader("Content-Security-Policy", EnvelopeFormat.PAGE_POLICY);
        }
        response.setContentType(format.contentType());
        response.setContentLength(body.length);
        if (!"HEAD".equals(request.getMethod())) {
            response.getOutputStream().write(body);
        }
        response.flushBuffer();
    }

    private void writeHeaders(HttpServletRequest request, HttpServletResponse response, PaymentRefusal refusal) {
        PaymentHttpHeaders.removeCacheDirectives(response);
        response.setHeader(HttpHeaders.CACHE_CONTROL, "no-store");
        PaymentHttpHeaders.addNegotiation(request, response);
        PaymentHttpHeaders.write(response, refusal.headers());
        if (refusal.identityRequired()) {
            response.addHeader(HttpHeaders.WWW_AUTHENTICATE, this.authenticateChallenge);
        }
        else if (refusal.reason() == Reason.INSUFFICIENT_SCOPE) {
            addScopeChallenge(response, refusal.denial());
        }
        Integer retryAfter = retryAfter(refusal.denial());
        if (retryAfter != null) {
            response.setHeader(HttpHeaders.RETRY_AFTER, retryAfter.toString());
        }
    }

    /**
     * Adds the challenge of RFC 6750, section 3.1, and RFC 9449 for an insufficient
     * scope.
     */
    private void addScopeChallenge(HttpServletResponse response, Denial denial) {
        String scheme = this.authenticateChallenge.split(" ", 2)[0];
        if (TOKEN_SCHEMES.contains(scheme) && denial.required().get("scopes") instanceof Collection<?> scopes) {
            StringJoiner scope = new StringJoiner(" ", scheme + " error=\"insufficient_scope\", scope=\"", "\"");
            scopes.forEach((name) -> scope.add(name.toString()));
            response.addHeader(HttpHeaders.WWW_AUTHENTICATE, scope.toString());
        }
    }

    private static @Nullable Integer retryAfter(Denial denial) {
        if (denial.retryAfterSeconds() != null) {
            return denial.retryAfterSeconds();
        }
        Reason reason = denial.reason();
        boolean wait = reason.status() == 503
                || (reason.status() == 409 && reason.retryWith() == RetryWith.SAME_PAYMENT);
        return wait ? RETRY_AFTER_SECONDS : null;
    }

    private byte[] render(EnvelopeFormat format, PaymentRefusal refusal, RequestIds ids) {
        PaymentRequired terms = refusal.terms();
        SettleResponse receipt = refusal.receipt();
        Denial denial = new Denial(refusal.reason(),
                (terms != null) ? Map.of("payment", payment(terms)) : refusal.denial().required(),
                retryAfter(refusal.denial()), refusal.denial().charged());
        Map<String, Object> readable = (terms == null) ? Map.of() : this.dialects.readable(terms);
        return this.envelopes.render(format, denial, ids, state(refusal),
                (receipt != null) ? receipt.transaction() : "", readable);
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
            case OUTCOME_UNRESOLVED -> "unresolved";
            default -> refusal.denial().charged().paymentState();
        };
    }

    /**
     * Body of a challenge under terms that do not vary, rendered once with gaps for what
     * does: the request's id, which is in it twice, and its trace id. Thread-safe.
     */
    static final class PreparedChallenge {

        /** Length of a UUID with hyphens, as it stands in both places. */
        static final int REQUEST_ID_LENGTH = 36;

        private static final byte[] TRACE_MEMBER = ",\"trace_id\":\"".getBytes(StandardCharsets.US_ASCII);

        private final byte[] beforeInstance;

        private final byte[] betweenIds;

        private final byte[] afterIds;

        private PreparedChallenge(String beforeInstance, String betweenIds, String afterIds) {
            this.beforeInstance = beforeInstance.getBytes(StandardCharsets.UTF_8);
            this.betweenIds = betweenIds.getBytes(StandardCharsets.UTF_8);
            this.afterIds = afterIds.getBytes(StandardCharsets.UTF_8);
        }

        /**
         * Prepares a challenge.
         * @param render renders it for a request's id, without a trace id
         * @return the challenge
         */
        static PreparedChallenge of(Function<String, byte[]> render) {
            String mark = UUID.randomUUID().toString();
            String[] parts = new String(render.apply(mark), StandardCharsets.UTF_8).split(mark, -1);
            if (parts.length != 3) {
                throw new IllegalStateException("A challenge names the request twice");
            }
            return new PreparedChallenge(parts[0], parts[1], parts[2]);
        }

        /**
         * Fills the gaps.
         * @param requestId the request's id, of {@link #REQUEST_ID_LENGTH} characters
         * @param traceId the trace id, or {@code null} if there is none
         * @return the body
         */
        byte[] body(String requestId, @Nullable String traceId) {
            byte[] id = requestId.getBytes(StandardCharsets.US_ASCII);
            byte[] trace = (traceId != null) ? traceId.getBytes(StandardCharsets.US_ASCII) : null;
            int traced = (trace != null) ? TRACE_MEMBER.length + trace.length + 1 : 0;
            byte[] body = new byte[this.beforeInstance.length + this.betweenIds.length + this.afterIds.length
                    + 2 * id.length + traced];
            int end = append(body, 0, this.beforeInstance, this.beforeInstance.length);
            end = append(body, end, id, id.length);
            end = append(body, end, this.betweenIds, this.betweenIds.length);
            end = append(body, end, id, id.length);
            if (trace != null) {
                // The quote that closes the request's id closes the trace id instead.
                body[end++] = '"';
                end = append(body, end, TRACE_MEMBER, TRACE_MEMBER.length);
                end = append(body, end, trace, trace.length);
            }
            append(body, end, this.afterIds, this.afterIds.length);
            return body;
        }

        private static int append(byte[] body, int end, byte[] part, int length) {
            System.arraycopy(part, 0, body, end, length);
            return end + length;
        }

    }

}
