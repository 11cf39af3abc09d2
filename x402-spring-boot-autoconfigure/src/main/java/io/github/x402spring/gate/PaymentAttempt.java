package io.github.x402spring.gate;

import java.util.List;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.exchange.FingerprintSource;
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
 * @param fingerprintSource gives what the payment is bound to
 * @param track follows the request for those who listen
 * @since 0.1.0
 */
public record PaymentAttempt(PaidEndpointDefinition endpoint, ResourceInfo resource, List<Offer> offers,
        PaymentPayload payload, PaidExchange exchange, FingerprintSource fingerprintSource, ExchangeTrack track) {

    public PaymentAttempt {
        fingerprintSource = new AskedOnce(fingerprintSource);
    }

    RequestFingerprint fingerprint() throws UnreadableRequestException {
        return this.fingerprintSource.fingerprint();
    }

    /** Remembers the result: a source may be able to read a body only once. */
    private static final class AskedOnce implements FingerprintSource {

        private final FingerprintSource source;

        private @Nullable RequestFingerprint fingerprint;

        private @Nullable Exception failure;

        AskedOnce(FingerprintSource source) {
            this.source = Objects.requireNonNull(source, "'fingerprintSource' must not be null");
        }

        @Override
        public RequestFingerprint fingerprint() throws UnreadableRequestException {
            RequestFingerprint known = this.fingerprint;
            if (known != null) {
                return known;
            }
            switch (this.failure) {
                case null -> {
                }
                case UnreadableRequestException ex -> throw ex;
                case RuntimeException ex -> throw ex;
                case Exception ex -> throw new IllegalStateException(ex);
            }
            try {
                known = this.source.fingerprint();
                this.fingerprint = known;
                return known;
            }
            catch (UnreadableRequestException | RuntimeException ex) {
                this.failure = ex;
                throw ex;
            }
        }

    }

}
