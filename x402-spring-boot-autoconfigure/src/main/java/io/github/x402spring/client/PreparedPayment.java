package io.github.x402spring.client;

import java.time.Instant;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpRequest;
import org.springframework.http.client.support.HttpRequestWrapper;

/**
 * Signed payment for one request. Its header is enough to have it settled, so neither the
 * text form nor any accessor shows it.
 *
 * @since 0.1.0
 * @see PaymentOutcomeUnknownException
 */
public final class PreparedPayment {

    static final String HEADER = "PAYMENT-SIGNATURE";

    private static final String ATTRIBUTE = PreparedPayment.class.getName();

    private final SignedPayment signed;

    private final String header;

    PreparedPayment(SignedPayment signed, String header) {
        this.signed = signed;
        this.header = header;
    }

    static @Nullable PreparedPayment attachedTo(HttpRequest request) {
        return (request.getAttributes().get(ATTRIBUTE) instanceof PreparedPayment payment) ? payment : null;
    }

    /**
     * Attaches this payment to a request, which then presents it instead of a new one:
     * {@code client.get().uri(…).attributes(payment::attachTo)}. The request must have
     * the method, address and body of the first one.
     * @param attributes the request's attributes
     */
    public void attachTo(Map<String, Object> attributes) {
        attributes.put(ATTRIBUTE, this);
    }

    /**
     * Returns the time at which the authorization expires. Until then the payment may be
     * settled.
     * @return the time
     */
    public Instant expiresAt() {
        return this.signed.expiresAt();
    }

    SignedPayment signed() {
        return this.signed;
    }

    boolean belongsTo(HttpRequest request) {
        return this.signed.method().equals(request.getMethod()) && this.signed.uri().equals(request.getURI());
    }

    String origin() {
        return Origin.of(this.signed.uri()).map(Origin::toString).orElse("the server");
    }

    /**
     * The header goes into a copy: callers of the interceptor retain the request, and may
     * log it.
     */
    HttpRequest applyTo(HttpRequest request) {
        HttpHeaders headers = new HttpHeaders();
        headers.addAll(request.getHeaders());
        headers.set(HEADER, this.header);
        return new HttpRequestWrapper(request) {

            @Override
            public HttpHeaders getHeaders() {
                return headers;
            }

        };
    }

    @Override
    public String toString() {
        return "PreparedPayment[…]";
    }

}
