package io.github.x402spring.client;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpRequest;
import org.springframework.http.HttpStatus;
import org.springframework.http.client.ClientHttpRequestExecution;
import org.springframework.http.client.ClientHttpRequestInterceptor;
import org.springframework.http.client.ClientHttpResponse;
import org.springframework.util.Assert;

import io.github.x402spring.client.PaidResponse.Meaning;
import io.github.x402spring.client.PaymentRefusedException.Reason;
import io.github.x402spring.codec.DecodedTerms;

/**
 * Interceptor that pays when a server responds with 402 and x402 terms: it signs the
 * first way to pay that the {@link PaymentPolicy} allows and repeats the request with it.
 * It is not applied by itself; add it to the one {@code RestClient} or
 * {@code RestTemplate} that may spend money, as the last interceptor. Thread-safe.
 * <ul>
 * <li>One call signs one payment at most. A 402 without readable terms is returned as it
 * is, and so is one in response to HEAD, which is never settled.</li>
 * <li>While the outcome of the payment is unknown — no response at all, 502, 503, 504, or
 * 409 with {@code Retry-After} — the identical payment is presented again, a bounded
 * number of times.</li>
 * <li>A response is returned if it is final: the content that was paid for, or a refusal
 * that proves that nothing was. In all other cases, also when the body breaks off while
 * it is read, {@link PaymentOutcomeUnknownException} hands the payment to the
 * caller.</li>
 * <li>Where the server declares {@code payment-identifier}, each purchase gets one; it
 * stays the same however often the payment is presented.</li>
 * <li>Terms that the policy does not allow end in {@link PaymentRefusedException}.</li>
 * <li>A request that carries a payment already is passed on untouched.</li>
 * <li>The payment goes to the address of the request and follows no redirect. The request
 * factory below must not follow redirects either: it would take the payment to wherever
 * the server points.</li>
 * </ul>
 *
 * @since 0.1.0
 * @see <a href="https://github.com/x402-foundation/x402/tree/main/specs">x402 version 2,
 * HTTP transport</a>
 */
public final class PayingClientHttpRequestInterceptor implements ClientHttpRequestInterceptor {

    private static final Duration USUAL_PAUSE = Duration.ofSeconds(1);

    private final PaymentPreparer preparer;

    private final int maxAttempts;

    private final Duration longestPause;

    private final Duration usualPause;

    private final Clock clock;

    private final Pause pause;

    private final PaymentListener listener;

    private PayingClientHttpRequestInterceptor(Builder builder) {
        this.preparer = new PaymentPreparer(builder.signer, builder.policy, builder.longestValidity, builder.clock,
                builder.random);
        this.maxAttempts = builder.maxAttempts;
        this.longestPause = builder.longestPause;
        this.usualPause = (USUAL_PAUSE.compareTo(builder.longestPause) < 0) ? USUAL_PAUSE : builder.longestPause;
        this.clock = builder.clock;
        this.pause = builder.pause;
        this.listener = new PaymentListeners(builder.listeners);
    }

    /**
     * Starts an interceptor.
     * @param signer what signs the payments
     * @param policy what may be paid
     * @return a builder
     */
    public static Builder builder(PaymentSigner signer, PaymentPolicy policy) {
        return new Builder(signer, policy);
    }

    /**
     * {@inheritDoc}
     * @throws PaymentRefusedException if the policy does not allow what the server asks
     * for, or if a prepared payment is attached to another request than its own
     * @throws PaymentOutcomeUnknownException if a payment was sent and its outcome is
     * unknown
     */
    @Override
    public ClientHttpResponse intercept(HttpRequest request, byte[] body, ClientHttpRequestExecution execution)
            throws IOException {
        if (carriesPayment(request.getHeaders())) {
            return execution.execute(request, body);
        }
        PreparedPayment prepared = PreparedPayment.attachedTo(request);
        if (prepared != null) {
            if (!prepared.belongsTo(request)) {
                throw new PaymentRefusedException("Nothing was sent: the prepared payment belongs to another request",
                        List.of(Reason.OTHER_REQUEST));
            }
            return presentAndNotify(prepared, request, body, execution, false);
        }
        ClientHttpResponse response = execution.execute(request, body);
        Optional<DecodedTerms> terms = termsOf(request, response);
        if (terms.isEmpty()) {
            return response;
        }
        PreparedPayment payment;
        try (response) {
            payment = this.preparer.prepare(request, terms.get());
        }
        this.listener.signed(payment.signed());
        return presentAndNotify(payment, request, body, execution, true);
    }

    private ClientHttpResponse presentAndNotify(PreparedPayment payment, HttpRequest request, byte[] body,
            ClientHttpRequestExecution execution, boolean first) {
        try {
            PaidResponse response = present(payment, request, body, execution, first);
            if (response.settled()) {
                this.listener.settled(payment.signed(), PaymentReceipt.from(response.getHeaders()).orElse(null));
            }
            else {
                this.listener.refused(payment.signed());
            }
            return response;
        }
        catch (PaymentOutcomeUnknownException ex) {
            this.listener.unknown(payment.signed());
            throw ex;
        }
    }

    private static boolean carriesPayment(HttpHeaders headers) {
        return headers.containsHeader(PreparedPayment.HEADER) || headers.containsHeader("X-PAYMENT");
    }

    private static Optional<DecodedTerms> termsOf(HttpRequest request, ClientHttpResponse response) throws IOException {
        if (HttpMethod.HEAD.equals(request.getMethod())
                || response.getStatusCode().value() != HttpStatus.PAYMENT_REQUIRED.value()) {
            return Optional.empty();
        }
        return PaymentTerms.from(response.getHeaders());
    }

    /**
     * Presents a payment until its outcome is final.
     * @param first whether the payment was never sent before
     */
    private PaidResponse present(PreparedPayment payment, HttpRequest request, byte[] body,
            ClientHttpRequestExecution execution, boolean first) {
        HttpRequest paid = payment.applyTo(request);
        boolean uncharged = first;
        for (int attempt = 1;; attempt++) {
            Duration retryAfter = null;
            Exception failure = null;
            try {
                PaidResponse response = judged(execution.execute(paid, body), payment, uncharged);
                if (response.meaning() == Meaning.DELIVERED || response.meaning() == Meaning.REFUSED) {
                    return response;
                }
                retryAfter = RetryAfter.from(response.getHeaders(), this.clock);
                response.close();
                if (response.meaning() == Meaning.OPEN) {
                    throw new PaymentOutcomeUnknownException(payment, retryAfter, null);
                }
                uncharged &= response.uncharged();
            }
            catch (IOException ex) {
                failure = ex;
                uncharged = false;
            }
            catch (PaymentOutcomeUnknownException ex) {
                throw ex;
            }
            catch (RuntimeException ex) {
                throw new PaymentOutcomeUnknownException(payment, null, ex);
            }
            Duration wait = (retryAfter != null) ? retryAfter : this.usualPause;
            if (attempt >= this.maxAttempts || wait.compareTo(this.longestPause) > 0) {
                throw new PaymentOutcomeUnknownException(payment, retryAfter, failure);
            }
            pause(wait, payment);
        }
    }

    private PaidResponse judged(ClientHttpResponse response, PreparedPayment payment, boolean first)
            throws IOException {
        try {
            return PaidResponse.of(response, payment, this.listener, first);
        }
        catch (IOException | RuntimeException ex) {
            response.close();
            throw ex;
        }
    }

    private void pause(Duration duration, PreparedPayment payment) {
        try {
            this.pause.pause(duration);
        }
        catch (InterruptedException ex) {
            Thread.currentThread().interrupt();
            throw new PaymentOutcomeUnknownException(payment, duration, ex);
        }
    }

    /**
     * Builder of a {@link PayingClientHttpRequestInterceptor}.
     */
    public static final class Builder {

        private final PaymentSigner signer;

        private final PaymentPolicy policy;

        private int maxAttempts = 3;

        private Duration longestPause = Duration.ofSeconds(10);

        private Duration longestValidity = Duration.ofMinutes(10);

        private Clock clock = Clock.systemUTC();

        private SecureRandom random = new SecureRandom();

        private Pause pause = Thread::sleep;

        private final List<PaymentListener> listeners = new ArrayList<>();

        private Builder(PaymentSigner signer, PaymentPolicy policy) {
            Assert.notNull(signer, "'signer' must not be null");
            Assert.notNull(policy, "'policy' must not be null");
            this.signer = signer;
            this.policy = policy;
        }

        /**
         * Sets how often one payment is presented at most.
         * @param maxAttempts the number of attempts, the first included
         * @return this builder
         */
        public Builder maxAttempts(int maxAttempts) {
            Assert.isTrue(maxAttempts > 0, "'maxAttempts' must be positive");
            this.maxAttempts = maxAttempts;
            return this;
        }

        /**
         * Sets the longest {@code Retry-After} that is waited for. When the server asks
         * for more, the payment is handed to the caller at once.
         * @param longestPause the longest pause between two attempts
         * @return this builder
         */
        public Builder longestPause(Duration longestPause) {
            Assert.isTrue(!longestPause.isNegative(), "'longestPause' must not be negative");
            this.longestPause = longestPause;
            return this;
        }

        /**
         * Sets the longest time for which a signature is valid, whatever the server asks
         * for.
         * @param longestValidity the longest validity, at least a second
         * @return this builder
         */
        public Builder longestValidity(Duration longestValidity) {
            Assert.isTrue(longestValidity.toSeconds() > 0, "'longestValidity' must be at least a second");
            this.longestValidity = longestValidity;
            return this;
        }

        /**
         * Sets the source of time.
         * @param clock the clock
         * @return this builder
         */
        public Builder clock(Clock clock) {
            Assert.notNull(clock, "'clock' must not be null");
            this.clock = clock;
            return this;
        }

        /**
         * Adds a listener. Several are called in the order in which they were added.
         * @param listener the listener to notify
         * @return this builder
         */
        public Builder listener(PaymentListener listener) {
            Assert.notNull(listener, "'listener' must not be null");
            this.listeners.add(listener);
            return this;
        }

        Builder random(SecureRandom random) {
            this.random = random;
            return this;
        }

        Builder pause(Pause pause) {
            this.pause = pause;
            return this;
        }

        /**
         * Builds the interceptor.
         * @return the interceptor
         */
        public PayingClientHttpRequestInterceptor build() {
            return new PayingClientHttpRequestInterceptor(this);
        }

    }

    /**
     * Wait between two attempts.
     */
    @FunctionalInterface
    interface Pause {

        void pause(Duration duration) throws InterruptedException;

    }

}
