package io.github.x402spring.envelope;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.web.util.HtmlUtils;

import io.github.x402spring.codec.WireJson;
import io.github.x402spring.decision.DecisionEnvelope;

/**
 * Writes decision envelopes in the form that a caller accepts: problem details unless it
 * prefers JSON, HTML or plain text. Every form says the same. Thread-safe.
 *
 * @since 0.1.0
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9457">RFC 9457</a>
 */
public final class EnvelopeWriter {

    private static final String CHARGE = EnvelopeWriter.class.getName() + ".CHARGE";

    private static final String STATUS_ONLY = EnvelopeWriter.class.getName() + ".STATUS_ONLY";

    /** Only writes; the bound is one on reading. */
    private static final WireJson JSON = new WireJson(1);

    /** Nothing of a page is loaded from anywhere. */
    private static final String PAGE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";

    private final @Nullable String contact;

    /**
     * Creates a writer.
     * @param contact where callers find help, or {@code null} to name no place
     */
    public EnvelopeWriter(@Nullable URI contact) {
        this.contact = (contact != null) ? contact.toString() : null;
    }

    /**
     * Notes that the payment of a request was charged, or may have been: a denial that
     * knows nothing of it must not say the opposite.
     * @param request the request
     */
    public static void noteCharge(HttpServletRequest request) {
        request.setAttribute(CHARGE, Boolean.TRUE);
    }

    /**
     * Tells whether nothing was charged for a request.
     * @param request the request
     * @return whether that is certain
     */
    public static boolean uncharged(HttpServletRequest request) {
        return request.getAttribute(CHARGE) == null;
    }

    /**
     * Notes that a filter further outside writes the body of a refusal of this request,
     * which gets a status without an envelope.
     * @param request the request
     */
    public static void noteStatusOnly(HttpServletRequest request) {
        request.setAttribute(STATUS_ONLY, Boolean.TRUE);
    }

    /**
     * Writes status and body. Headers that go with the reason are left to the caller, but
     * for {@code Content-Type}.
     * @param request the request
     * @param response the response
     * @param envelope what to tell the caller
     * @param more members beside those of the envelope; in JSON only
     * @throws IOException if the client is gone
     */
    public void write(HttpServletRequest request, HttpServletResponse response, DecisionEnvelope envelope,
            Map<String, ?> more) throws IOException {
        EnvelopeFormat format = EnvelopeFormat.of(request.getHeader(HttpHeaders.ACCEPT));
        response.setStatus(envelope.reason().status());
        if (request.getAttribute(STATUS_ONLY) != null) {
            return;
        }
        write(request, response, format, render(format, envelope, more));
    }

    /**
     * Writes a body that was rendered before.
     * @param request the request
     * @param response the response
     * @param format the form of the body
     * @param body the body
     * @throws IOException if the client is gone
     */
    public void write(HttpServletRequest request, HttpServletResponse response, EnvelopeFormat format, byte[] body)
            throws IOException {
        if (format == EnvelopeFormat.HTML) {
            response.setHeader("Content-Security-Policy", PAGE_POLICY);
        }
        response.setContentType(format.contentType());
        response.setContentLength(body.length);
        if (!"HEAD".equals(request.getMethod())) {
            response.getOutputStream().write(body);
        }
        response.flushBuffer();
    }

    /**
     * Renders an envelope.
     * @param format the form
     * @param envelope the envelope
     * @param more members beside those of the envelope; in JSON only
     * @return the body
     */
    public byte[] render(EnvelopeFormat format, DecisionEnvelope envelope, Map<String, ?> more) {
        return switch (format) {
            case PROBLEM_JSON, JSON -> {
                Map<String, Object> members = envelope.toMap(this.contact);
                members.putAll(more);
                yield JSON.write(members);
            }
            case HTML -> page(envelope).getBytes(StandardCharsets.UTF_8);
            case TEXT -> text(envelope).getBytes(StandardCharsets.UTF_8);
        };
    }

    private String page(DecisionEnvelope envelope) {
        StringBuilder page = new StringBuilder(1024);
        String title = HtmlUtils.htmlEscape(envelope.reason().title());
        page.append("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
            .append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>")
            .append(title)
            .append("</title>\n<style>:root{color-scheme:light dark}body{font:1rem/1.5 system-ui,sans-serif;")
            .append("max-width:40rem;margin:3rem auto;padding:0 1rem}dt{font-weight:600}dd{margin:0 0 .5rem;")
            .append("overflow-wrap:anywhere}</style>\n</head>\n<body>\n<main>\n<h1>")
            .append(title)
            .append("</h1>\n<p>")
            .append(HtmlUtils.htmlEscape(envelope.detail()))
            .append("</p>\n<dl>\n");
        facts(envelope).forEach((name, value) -> page.append("<dt>")
            .append(HtmlUtils.htmlEscape(name))
            .append("</dt>\n<dd>")
            .append(HtmlUtils.htmlEscape(value))
            .append("</dd>\n"));
        return page.append("</dl>\n</main>\n</body>\n</html>\n").toString();
    }

    private String text(DecisionEnvelope envelope) {
        StringBuilder text = new StringBuilder(512);
        text.append(envelope.reason().title()).append("\n\n").append(envelope.detail()).append("\n\n");
        facts(envelope).forEach((name, value) -> text.append(name).append(": ").append(value).append('\n'));
        return text.toString();
    }

    private Map<String, String> facts(DecisionEnvelope envelope) {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("Status", Integer.toString(envelope.reason().status()));
        facts.put("Decision", envelope.reason().decision().wireName());
        facts.put("Reason", envelope.reason().code());
        envelope.required().forEach((name, value) -> facts.put("Required " + name, String.valueOf(value)));
        facts.put("Retry with", envelope.retryWith().wireName());
        Integer retryAfter = envelope.retryAfterSeconds();
        if (retryAfter != null) {
            facts.put("Retry after", retryAfter + " seconds");
        }
        if (this.contact != null) {
            facts.put("Contact", this.contact);
        }
        facts.put("Charged", envelope.charged().wireName());
        facts.put("Request", envelope.requestId());
        String traceId = envelope.traceId();
        if (traceId != null) {
            facts.put("Trace", traceId);
        }
        return facts;
    }

}
