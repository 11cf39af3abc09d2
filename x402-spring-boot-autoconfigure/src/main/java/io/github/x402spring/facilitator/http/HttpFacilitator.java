package io.github.x402spring.facilitator.http;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.util.Assert;
import org.springframework.web.client.RestClient;

import io.github.x402spring.codec.MalformedJsonException;
import io.github.x402spring.codec.WireMessages;
import io.github.x402spring.facilitator.Facilitator;
import io.github.x402spring.facilitator.FacilitatorException;
import io.github.x402spring.facilitator.FacilitatorException.Failure;
import io.github.x402spring.facilitator.FacilitatorNotReachedException;
import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.PaymentPayload;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.ReasonCode;
import io.github.x402spring.protocol.ResourceInfo;
import io.github.x402spring.protocol.SettleResponse;
import io.github.x402spring.protocol.SupportedKind;
import io.github.x402spring.protocol.VerifyResponse;
import io.github.x402spring.transport.ConnectionSource;
import io.github.x402spring.transport.HttpTransport;
import io.github.x402spring.transport.Peer;
import io.github.x402spring.transport.PoolState;
import io.github.x402spring.transport.Reply;
import io.github.x402spring.transport.RestPeer;

/**
 * Facilitator over HTTP.
 * <p>
 * The time of a whole call is bounded, the last byte of the reply included, and so is the
 * length of a reply. A call counts as not reached only if certainly no byte of the
 * request left. At most {@value #MAX_CONNECTIONS} calls are in flight. Redirects are not
 * followed. Neither {@code verify} nor {@code settle} is ever sent twice;
 * {@code supported} is while the facilitator replies with 429. A reply that cannot be
 * parsed, or with status 5xx to {@code settle}, counts as no reply. One that says
 * {@code settlement_not_sent} with 429 or 503 and names no transaction counts as not
 * reached; one that names a transaction is returned whatever its status. A success whose
 * {@code status} is not final is returned as {@code settlement_pending}.
 * <p>
 * Thread-safe. The constructor does no I/O.
 *
 * @since 0.1.0
 * @see <a href="https://github.com/x402-foundation/x402/tree/main/specs">x402 version 2,
 * facilitator interface</a>
 */
public final class HttpFacilitator implements Facilitator, ConnectionSource, AutoCloseable {

    private static final int MAX_TRIES = 3;

    private static final int MAX_CONNECTIONS = 1024;

    private static final Duration MAX_PAUSE = Duration.ofSeconds(10);

    private static final Pattern SECONDS = Pattern.compile("[0-9]{1,9}");

    private final HttpTransport transport;

    private final FacilitatorOperation verify;

    private final FacilitatorOperation settle;

    private final FacilitatorOperation supported;

    private final FinalStatuses finalStatuses;

    private final Sleeper sleeper;

    /**
     * Creates a facilitator.
     * @param builder the client to start from; it is copied, and its request factory is
     * not used
     * @param settings the address and the bounds
     * @param customizers the customizers of the copy, in order
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
        this.transport = new HttpTransport(Peer.FACILITATOR, MAX_CONNECTIONS, settings.connectTimeout());
        UnusableReplies unusable = new UnusableReplies(System::nanoTime);
        RestPeer verifier = peer(customized, settings.verifyTimeout());
        RestPeer settler = peer(customized, settings.settleTimeout());
        this.verify = new FacilitatorOperation("verify", settings.operation("verify"), verifier, unusable);
        this.settle = new FacilitatorOperation("settle", settings.operation("settle"), settler, unusable);
        this.supported = new FacilitatorOperation("supported", settings.operation("supported"), verifier, unusable);
        this.finalStatuses = new FinalStatuses(settings.finalStatuses());
        this.sleeper = sleeper;
    }

    private RestPeer peer(RestClient.Builder builder, Duration timeout) {
        return new RestPeer(builder, this.transport, timeout, FacilitatorOperation.MAX_LENGTH);
    }

    @Override
    public VerifyResponse verify(PaymentPayload payload, PaymentRequirements requirements, ResourceInfo resource)
            throws FacilitatorException {
        Reply reply = this.verify.post(message(payload, requirements, resource));
        if (ReplyStatus.pause(reply).isPositive()) {
            throw this.verify.unusable(reply);
        }
        VerifyResponse response = this.verify.parse(reply, (tree) -> verifyResponse(reply, tree));
        if (reply.successful() || (!response.valid() && reply.status() >= 400 && reply.status() < 600)) {
            return response;
        }
        throw this.verify.unusable(reply);
    }

    @Override
    public SettleResponse settle(PaymentPayload payload, PaymentRequirements requirements, ResourceInfo resource)
            throws FacilitatorException {
        Reply reply = this.settle.post(message(payload, requirements, resource));
        SettleResponse response = this.settle.parse(reply, (tree) -> settleResponse(reply, tree));
        if (notSent(reply, response)) {
            throw new FacilitatorNotReachedException("The facilitator sent no transaction", null,
                    ReplyStatus.failure(reply), ReplyStatus.pause(reply))
                .with(response.remark());
        }
        // A proxy replies with 408 or 429 in the facilitator's place and cannot know the
        // outcome of the payment.
        boolean refusal = reply.status() >= 400 && reply.status() < 500 && reply.status() != ReplyStatus.REQUEST_TIMEOUT
                && reply.status() != ReplyStatus.TOO_MANY_REQUESTS;
        if (reply.successful() || (!response.success() && (refusal || mayBeSent(response)))) {
            return response;
        }
        throw this.settle.unusable(reply);
    }

    private static VerifyResponse verifyResponse(Reply reply, Map<String, @Nullable Object> tree)
            throws MalformedJsonException {
        VerifyResponse response = WireMessages.verifyResponse(tree);
        return response.valid() ? response : response.with(FacilitatorRemarks.of(reply, tree));
    }

    /** A settlement whose status is not final is pending: it can be presented again. */
    private SettleResponse settleResponse(Reply reply, Map<String, @Nullable Object> tree)
            throws MalformedJsonException {
        SettleResponse response = WireMessages.settleResponse(tree);
        if (response.success() && this.finalStatuses.contain(tree.get("status"))) {
            return response;
        }
        SettleResponse refused = response.success() ? new SettleResponse(false, ReasonCode.SETTLEMENT_PENDING,
                response.payer(), response.transaction(), response.network()) : response;
        return refused.with(FacilitatorRemarks.of(reply, tree));
    }

    /** Whatever the status, the transaction must not get lost. */
    private static boolean mayBeSent(SettleResponse response) {
        return response.pending() || !response.transaction().isEmpty();
    }

    @Override
    public List<SupportedKind> supported() throws FacilitatorException {
        Reply reply = this.supported.get();
        for (int tries = 1; reply.status() == ReplyStatus.TOO_MANY_REQUESTS && tries < MAX_TRIES; tries++) {
            pause(reply, tries);
            reply = this.supported.get();
        }
        checkListed(reply);
        if (!reply.successful()) {
            throw this.supported.unusable(reply);
        }
        return List.copyOf(this.supported.parse(reply, WireMessages::supportedKinds));
    }

    @Override
    public void probe(Network network) throws FacilitatorException {
        Reply reply = this.supported.get();
        checkListed(reply);
        if (ReplyStatus.failure(reply) != Failure.REPLY || ReplyStatus.pause(reply).isPositive()) {
            throw this.supported.unusable(reply);
        }
    }

    @Override
    public Kind kind() {
        return Kind.HTTP;
    }

    @Override
    public Peer peer() {
        return this.transport.peer();
    }

    @Override
    public PoolState connections() {
        return this.transport.connections();
    }

    /**
     * Closes idle connections. Calls in flight go on to their end; new ones are not sent.
     */
    @Override
    public void close() {
        this.transport.close();
    }

    /** A status alone may come from a proxy, which knows nothing about the chain. */
    private static boolean notSent(Reply reply, SettleResponse response) {
        return (reply.status() == ReplyStatus.TOO_MANY_REQUESTS || reply.status() == ReplyStatus.SERVICE_UNAVAILABLE)
                && !response.success() && response.transaction().isEmpty()
                && ReasonCode.SETTLEMENT_NOT_SENT.equals(response.errorReason());
    }

    private void pause(Reply reply, int tries) throws FacilitatorException {
        Duration pause = retryAfter(reply.header(HttpHeaders.RETRY_AFTER), tries);
        if (pause.compareTo(MAX_PAUSE) > 0) {
            throw this.supported.unusable(reply);
        }
        try {
            this.sleeper.sleep(pause);
        }
        catch (InterruptedException ex) {
            Thread.currentThread().interrupt();
            throw new FacilitatorException("Interrupted before another call to the facilitator", null);
        }
    }

    private static void checkListed(Reply reply) throws FacilitatorException {
        if (ReplyStatus.isUnsupported(reply)) {
            throw new FacilitatorException("The facilitator does not list what it supports", null, Failure.NOT_FOUND,
                    Duration.ZERO);
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
