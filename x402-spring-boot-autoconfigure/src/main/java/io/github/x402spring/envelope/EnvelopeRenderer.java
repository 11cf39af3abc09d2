package io.github.x402spring.envelope;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.springframework.web.util.HtmlUtils;

import io.github.x402spring.codec.WireJson;
import io.github.x402spring.decision.Denial;

/**
 * Renderer of decision envelopes in the form that a caller accepts: problem details
 * unless it prefers JSON, HTML or plain text. Every form has the same content.
 * Thread-safe.
 *
 * @since 0.1.0
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9457">RFC 9457</a>
 */
public final class EnvelopeRenderer {

    /**
     * Name of a request attribute: present if the payment was charged or may have been. A
     * denial without knowledge of the payment must not state the opposite.
     */
    public static final String CHARGE_ATTRIBUTE = EnvelopeRenderer.class.getName() + ".CHARGE";

    /**
     * Name of a request attribute: present if a filter further outside writes the body of
     * a refusal, which gets a status without an envelope.
     */
    public static final String STATUS_ONLY_ATTRIBUTE = EnvelopeRenderer.class.getName() + ".STATUS_ONLY";

    /** Only writes; the bound is one on reading. */
    private static final WireJson JSON = new WireJson(1);

    private final @Nullable String contact;

    /**
     * Creates a renderer.
     * @param contact where callers find help, or {@code null} to name no place
     */
    public EnvelopeRenderer(@Nullable URI contact) {
        this.contact = (contact != null) ? contact.toString() : null;
    }

    /**
     * Renders an envelope.
     * @param format the form
     * @param denial the refusal that the envelope explains
     * @param ids the ids of the request
     * @param paymentState the state of the presented payment in lower case; {@code none}
     * if none was presented
     * @param transaction the transaction's hash, or the empty string if there is none
     * @param more members beside those of the envelope; in JSON only
     * @return the body
     */
    public byte[] render(EnvelopeFormat format, Denial denial, RequestIds ids, String paymentState, String transaction,
            Map<String, ?> more) {
        DecisionEnvelope envelope = new DecisionEnvelope(denial, ids, paymentState, transaction);
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
        envelope.denial().required().forEach((name, value) -> facts.put("Required " + name, String.valueOf(value)));
        facts.put("Retry with", envelope.retryWith().wireName());
        Integer retryAfter = envelope.denial().retryAfterSeconds();
        if (retryAfter != null) {
            facts.put("Retry after", retryAfter + " seconds");
        }
        if (this.contact != null) {
            facts.put("Contact", this.contact);
        }
        facts.put("Charged", envelope.denial().charged().wireName());
        facts.put("Request", envelope.ids().requestId());
        String traceId = envelope.ids().traceId();
        if (traceId != null) {
            facts.put("Trace", traceId);
        }
        return facts;
    }

}
