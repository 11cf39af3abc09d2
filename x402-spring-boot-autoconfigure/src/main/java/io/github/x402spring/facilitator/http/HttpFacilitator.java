package io.github.x402spring.facilitator.http;

import java.net.http.HttpClient;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;
import org.springframework.web.client.RestClient;

import io.github.x402spring.codec.MalformedJsonException;
import io.github.x402spring.codec.WireMessages;
import io.github.x402spring.facilitator.Facilitator;
import io.github.x402spring.facilitator.FacilitatorException;
import io.github.x402spring.facilitator.FacilitatorNotReachedException;
import io.github.x402spring.facilitator.http.FacilitatorOperation.Answer;
import io.github.x402spring.protocol.PaymentPayload;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.ReasonCode;
import io.github.x402spring.protocol.ResourceInfo;
import io.github.x402spring.protocol.SettleResponse;
import io.github.x402spring.protocol.SupportedKind;
import io.github.x402spring.protocol.VerifyResponse;

/**
 * Verifies and settles payments by asking a facilitator over HTTP.
 * <p>
 * The time of a whole call is bounded, the last byte of the answer included, and so is
 * the length of an answer. How many calls are under way is left to the caller. Redirects
 * are not followed. Neither {@code verify} nor {@code settle} is ever sent twice;
 * {@code supported} is while the facilitator answers 429. A facilitator that answers
 * nonsense, or 5xx to {@code settle}, has not answered. One that says
 * {@code settlement_not_sent} with 429 or 503 and names no transaction counts as not
 * reached; one that names a transaction is returned whatever its status. A success whose
 * {@code status} is open is returned as {@code settlement_pending}.
 * <p>
 * Thread-safe. Creating one calls nobody.
 *
 * @since 0.1.0
 * @see <a href="https://github.com/x402-foundation/x402/tree/main/specs">x402 version 2,
 * facilitator interface</a>
 */
public final class HttpFacilitator implements Facilitator {

    private static final int REQUEST_TIMEOUT = 408;

    private static final int TOO_MANY_REQUESTS = 429;

    private static final int SERVICE_UNAVAILABLE = 503;

    private static final int MAX_TRIES = 3;

    private static final Duration MAX_PAUSE = Duration.ofSeconds(10);

    private static final Pattern SECONDS = Pattern.compile("[0-9]{1,9}");

    private final FacilitatorOperation verify;

    private final FacilitatorOperation settle;

    private final FacilitatorOperation supported;

    private final FinalStatuses finalStatuses;

    private final Sleeper sleeper;

    /**
     * Creates a facilitator.
     * @param builder the client to start from; it is copied, and its request factory is
     * not used
     * @param settings where the facilitator is, and the bounds
     * @param customizers what else is done to the copy, in order
     */
    public HttpFacilitator(RestClient.Builder builder, HttpFacilitatorSettings settings,
            List<HttpFacilitatorCustomizer> customizers) {
        this(builder, settings, customizers, Thread::sleep);
    }

    HttpFacilitator(RestClient.Builder builder, HttpFacilitatorSettings settings,
            List<HttpFacilitatorCustomizer> customizers, Sleeper sleeper) {
        Assert.notNull(builder, "'builder' must not be null");
        Assert.notNull(settings, "'settings' must not be null");
        Assert.notNull(customizers, "'customizers' must not be null");
        RestClient.Builder customized = builder.clone();
        customizers.forEach((customizer) -> customizer.customize(customized));
        // One call to a connection: a broken one costs the outcome of one settlement.
        HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(settings.connectTimeout())
            .build();
        this.verify = new FacilitatorOperation("verify", settings.operation("verify"), customized, client,
                settings.verifyTimeout());
        this.settle = new FacilitatorOperation("settle", settings.operation("settle"), customized, client,
                settings.settleTimeout());
        this.supported = new FacilitatorOperation("supported", settings.operation("supported"), customized, client,
                settings.verifyTimeout());
        this.finalStatuses = new FinalStatuses(settings.finalStatuses());
        this.sleeper = sleeper;
    }

    @Override
    public VerifyResponse verify(PaymentPayload payload, PaymentRequirements requirements, ResourceInfo resource)
            throws FacilitatorException {
        Answer answer = this.verify.post(message(payload, requirements, resource));
        VerifyResponse response = this.verify.parse(answer, WireMessages::verifyResponse);
        if (answer.successful() || (!response.valid() && (answer.clientError() || answer.serverError()))) {
            return response;
        }
        throw this.verify.unusable(answer);
    }

    @Override
    public SettleResponse settle(PaymentPayload payload, PaymentRequirements requirements, ResourceInfo resource)
            throws FacilitatorException {
        Answer answer = this.settle.post(message(payload, requirements, resource));
        SettleResponse response = this.settle.parse(answer, this::settleResponse);
        if (notSent(answer, response)) {
            throw new FacilitatorNotReachedException("The facilitator has sent nothing", null);
        }
        // A proxy answers 408 in the facilitator's place and cannot know what became of
        // the payment.
        boolean refusal = answer.clientError() && answer.status() != REQUEST_TIMEOUT;
        if (answer.successful() || (!response.success() && (refusal || mayBeSent(response)))) {
            return response;
        }
        throw this.settle.unusable(answer);
    }

    /** A settlement whose status is open is pending: it can be asked for again. */
    private SettleResponse settleResponse(Map<String, @Nullable Object> tree) throws MalformedJsonException {
        SettleResponse response = WireMessages.settleResponse(tree);
        return (!response.success() || this.finalStatuses.contain(tree.get("status"))) ? response : new SettleResponse(
                false, ReasonCode.SETTLEMENT_PENDING, response.payer(), response.transaction(), response.network());
    }

    /** Whatever the status, what is known of the transaction must not get lost. */
    private static boolean mayBeSent(SettleResponse response) {
        return response.pending() || !response.transaction().isEmpty();
    }

    @Override
    public List<SupportedKind> supported() throws FacilitatorException {
        Answer answer = this.supported.get();
        for (int tries = 1; answer.status() == TOO_MANY_REQUESTS && tries < MAX_TRIES; tries++) {
            pause(answer, tries);
            answer = this.supported.get();
        }
        if (!answer.successful()) {
            throw this.supported.unusable(answer);
        }
        return List.copyOf(this.supported.parse(answer, WireMessages::supportedKinds));
    }

    /** A status alone may be that of a proxy, which knows nothing about the chain. */
    private static boolean notSent(Answer answer, SettleResponse response) {
        return (answer.status() == TOO_MANY_REQUESTS || answer.status() == SERVICE_UNAVAILABLE) && !response.success()
                && response.transaction().isEmpty() && ReasonCode.SETTLEMENT_NOT_SENT.equals(response.errorReason());
    }

    private void pause(Answer answer, int tries) throws FacilitatorException {
        Duration pause = retryAfter(answer.retryAfter(), tries);
        if (pause.compareTo(MAX_PAUSE) > 0) {
            throw this.supported.unusable(answer);
        }
        try {
            this.sleeper.sleep(pause);
        }
        catch (InterruptedException ex) {
            Thread.currentThread().interrupt();
            throw new FacilitatorException("Interrupted before asking the facilitator again", null);
        }
    }

    private static Duration retryAfter(@Nullable String header, int tries) {
        if (header != null && SECONDS.matcher(header).matches()) {
            return Duration.ofSeconds(Long.parseLong(header));
        }
        return Duration.ofSeconds(1L << (tries - 1));
    }

    private static Map<String, Object> message(PaymentPayload payload, PaymentRequirements requirements,
            ResourceInfo resource) {
        Map<String, Object> message = new LinkedHashMap<>();
        message.put("x402Version", payload.x402Version());
        message.put("paymentPayload", payload.tree());
        message.put("paymentRequirements",
                (payload.x402Version() == 1) ? requirements.toV1Map(resource) : requirements.toMap());
        return message;
    }

    @FunctionalInterface
    interface Sleeper {

        void sleep(Duration duration) throws InterruptedException;

    }

}
