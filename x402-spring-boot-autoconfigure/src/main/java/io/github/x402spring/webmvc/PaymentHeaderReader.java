package io.github.x402spring.webmvc;

import java.util.List;

import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

import io.github.x402spring.http.HeaderSource;
import io.github.x402spring.http.PaymentDialects;
import io.github.x402spring.http.PresentedPayment;
import io.github.x402spring.protocol.PaymentPayload;

/**
 * Finds the payments of a servlet request.
 */
final class PaymentHeaderReader {

    static final HeaderSource<HttpServletRequest> HEADERS = HttpServletRequest::getHeaders;

    private final PaymentDialects dialects;

    PaymentHeaderReader(PaymentDialects dialects) {
        this.dialects = dialects;
    }

    /** Takes no value: Spring Security's firewall examines every character of each. */
    boolean presentsPayment(HttpServletRequest request) {
        return this.dialects.presented(request, HEADERS);
    }

    /** Finds the one payment of a request. */
    PresentedPayment read(HttpServletRequest request) {
        return this.dialects.read(request, HEADERS);
    }

    /**
     * Reads every payment of a request that is refused, whatever their number.
     * @return the readable ones; {@code null} if there are too many headers to read them
     */
    @Nullable List<PaymentPayload> readAll(HttpServletRequest request) {
        return this.dialects.readAll(request, HEADERS);
    }

}
