package io.github.x402spring.webmvc.hold;

import jakarta.servlet.http.HttpServletRequest;

import io.github.x402spring.envelope.EnvelopeAttributes;
import io.github.x402spring.envelope.RequestIds;

/**
 * Ids of a servlet request, made once and stored with it.
 */
final class ServletRequestIds {

    private ServletRequestIds() {
    }

    static RequestIds of(HttpServletRequest request) {
        if (request.getAttribute(EnvelopeAttributes.REQUEST_IDS) instanceof RequestIds known) {
            return known;
        }
        RequestIds ids = RequestIds.of(request.getHeader("X-Request-Id"), () -> request.getHeader("traceparent"));
        request.setAttribute(EnvelopeAttributes.REQUEST_IDS, ids);
        return ids;
    }

}
