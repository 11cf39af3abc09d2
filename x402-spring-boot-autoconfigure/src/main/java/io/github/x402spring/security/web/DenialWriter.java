package io.github.x402spring.security.web;

import java.io.IOException;
import java.util.Map;
import java.util.function.Supplier;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;

import io.github.x402spring.decision.Charged;
import io.github.x402spring.decision.Denial;
import io.github.x402spring.decision.Reason;
import io.github.x402spring.envelope.EnvelopeFormat;
import io.github.x402spring.envelope.EnvelopeRenderer;
import io.github.x402spring.envelope.RequestIds;

/**
 * Writer of refusals that precede every check of the payment of a request. Thread-safe.
 */
final class DenialWriter {

    private final EnvelopeRenderer envelopes;

    private final Supplier<@Nullable ChargeResolver> charges;

    /**
     * Creates a writer.
     * @param envelopes the renderer of envelopes
     * @param charges the source of what is known of payments, if there is one; called at
     * refusals only, because filter chains are built before it
     */
    DenialWriter(EnvelopeRenderer envelopes, Supplier<@Nullable ChargeResolver> charges) {
        this.envelopes = envelopes;
        this.charges = charges;
    }

    /**
     * Writes status, body and the headers that go with the body.
     * @param reason why the request is refused
     * @param required what is required, by kind
     * @param credential the header in which the caller could have authenticated
     * @throws IOException if the client is gone
     */
    void write(HttpServletRequest request, HttpServletResponse response, Reason reason, Map<String, Object> required,
            String credential) throws IOException {
        response.setHeader(HttpHeaders.CACHE_CONTROL, "no-store");
        response.addHeader(HttpHeaders.VARY, HttpHeaders.ACCEPT + ", " + credential);
        response.setStatus(reason.status());
        if (request.getAttribute(EnvelopeRenderer.STATUS_ONLY_ATTRIBUTE) != null) {
            return;
        }
        EnvelopeFormat format = EnvelopeFormat.of(request.getHeader(HttpHeaders.ACCEPT));
        byte[] body = render(format, request, reason, required);
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

    private byte[] render(EnvelopeFormat format, HttpServletRequest request, Reason reason,
            Map<String, Object> required) {
        RequestIds ids = RequestIds.of(request::getAttribute, request::setAttribute, request::getHeader);
        ChargeResolver resolver = this.charges.get();
        Charged charged = (resolver != null) ? resolver.charged(request) : null;
        Denial denial = new Denial(reason, required, null);
        return (charged != null)
                ? this.envelopes.render(format, denial.withCharged(charged), ids, charged.paymentState(), "", Map.of())
                : this.envelopes.render(format, denial, ids, "none", "", Map.of());
    }

}
