package io.github.x402spring.gate;

import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.exchange.PaidEndpointDefinition;
import io.github.x402spring.exchange.PaidExchange;
import io.github.x402spring.exchange.UnreadableRequestException;
import io.github.x402spring.ledger.RequestFingerprint;
import io.github.x402spring.protocol.PaymentPayload;
import io.github.x402spring.protocol.ResourceInfo;

/**
 * Payment presented to a paid endpoint.
 *
 * @param endpoint the endpoint
 * @param resource what is being bought
 * @param offers the terms of this request, in order of preference
 * @param payload the payment as the client sent it
 * @param exchange the request that it came with
 * @param fingerprintSource computes what the payment is bound to, and throws an
 * {@link UnreadableRequestException} if the request cannot be bound; asked at most once,
 * after the payment was screened, so that no body is read for an invalid signature
 * @param track the record of the request
 * @since 0.1.0
 */
public record PaymentAttempt(PaidEndpointDefinition endpoint, ResourceInfo resource, List<Offer> offers,
        PaymentPayload payload, PaidExchange exchange, Supplier<RequestFingerprint> fingerprintSource,
        ExchangeTrack track) {

    public PaymentAttempt {
        fingerprintSource = new AskedOnce(fingerprintSource);
    }

    RequestFingerprint fingerprint() {
        return this.fingerprintSource.get();
    }

    /** Source that is asked once, since it may be able to read a body only once. */
    private static final class AskedOnce implements Supplier<RequestFingerprint> {

        private final Supplier<RequestFingerprint> source;

        private @Nullable RequestFingerprint fingerprint;

        private @Nullable RuntimeException failure;

        AskedOnce(Supplier<RequestFingerprint> source) {
            this.source = Objects.requireNonNull(source, "'fingerprint' must not be null");
        }

        @Override
        public RequestFingerprint get() {
            if (this.failure != null) {
                throw this.failure;
            }
            RequestFingerprint known = this.fingerprint;
            if (known == null) {
                try {
                    known = this.source.get();
                }
                catch (RuntimeException ex) {
                    this.failure = ex;
                    throw ex;
                }
                this.fingerprint = known;
            }
            return known;
        }

    }

}
