package io.github.x402spring.autoconfigure.webmvc;

import java.io.IOException;
import java.security.Principal;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.task.SyncTaskExecutor;
import org.springframework.core.task.TaskCallback;
import org.springframework.core.task.TaskRejectedException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.web.HttpRequestHandler;
import org.springframework.web.HttpRequestMethodNotSupportedException;

import io.github.x402spring.asset.AssetRegistry;
import io.github.x402spring.codec.FacilitatorRequest;
import io.github.x402spring.codec.MalformedJsonException;
import io.github.x402spring.codec.WireJson;
import io.github.x402spring.codec.WireMessages;
import io.github.x402spring.facilitator.Facilitator;
import io.github.x402spring.facilitator.FacilitatorException;
import io.github.x402spring.facilitator.FacilitatorException.Failure;
import io.github.x402spring.facilitator.FacilitatorNotReachedException;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.ReasonCode;
import io.github.x402spring.protocol.SettleResponse;
import io.github.x402spring.scheme.PaymentScheme;

/**
 * Server of a facilitator for other resource servers, in the protocol's format. The
 * application's security decides who may call it; how much and for which recipients is
 * bounded here.
 * <p>
 * What needs no I/O to be refused never reaches the facilitator. A settlement whose
 * outcome is unknown gets the reply {@code settlement_pending}, never that it failed. One
 * that certainly was not sent gets {@code settlement_not_sent} and 429 or 503. That a
 * payment is reported as settled to one caller only is the promise of the facilitator
 * behind. Thread-safe.
 *
 * @see <a href="https://github.com/x402-foundation/x402/tree/main/specs">x402 version 2,
 * facilitator interface</a>
 */
final class FacilitatorServer {

    private static final Logger logger = LoggerFactory.getLogger(FacilitatorServer.class);

    private static final int MAX_CALLERS = 10_000;

    private static final long RETRY_AFTER_SECONDS = 5;

    private final FacilitatorServerSettings settings;

    private final ScreenedFacilitator facilitator;

    private final WireJson json;

    private final CallerRateLimit rateLimit;

    /** Apart: a flood of payments to verify must not prevent settlements. */
    private final SyncTaskExecutor settlements;

    private final SyncTaskExecutor others;

    /**
     * Creates a server.
     * @param settings where it is served, and the bounds
     * @param facilitator verifies and settles
     * @param schemes judge payments without I/O
     * @param assets the tokens in which payments on EVM chains are taken
     * @param clock the source of time
     */
    FacilitatorServer(FacilitatorServerSettings settings, Facilitator facilitator, List<PaymentScheme> schemes,
            AssetRegistry assets, Clock clock) {
        this.settings = settings;
        this.facilitator = new ScreenedFacilitator(facilitator, schemes, assets, settings.payTo(), clock);
        this.json = new WireJson(settings.maxRequestSize());
        this.rateLimit = new CallerRateLimit(settings.requestsPerMinute(), MAX_CALLERS, System::nanoTime);
        this.settlements = bounded(settings.maxConcurrentRequests());
        this.others = bounded(settings.maxConcurrentRequests());
    }

    /**
     * Returns what to map.
     * @return the handler of every path
     */
    Map<String, HttpRequestHandler> handlers() {
        Map<String, HttpRequestHandler> handlers = new LinkedHashMap<>();
        for (FacilitatorOperation operation : FacilitatorOperation.values()) {
            handlers.put(this.settings.path(operation), (request, response) -> {
                if (!operation.method().equals(request.getMethod())) {
                    throw new HttpRequestMethodNotSupportedException(request.getMethod(), List.of(operation.method()));
                }
                write(response, answer(operation, request));
            });
        }
        return handlers;
    }

    private FacilitatorReply answer(FacilitatorOperation operation, HttpServletRequest request) throws IOException {
        Duration wait = this.rateLimit.take(caller(request));
        if (wait.isPositive()) {
            logger.debug("A caller sends more than {} requests in a minute", this.settings.requestsPerMinute());
            return operation.unavailable(429, "Too many requests", wait.toSeconds() + 1);
        }
        return switch (operation) {
            case VERIFY -> read(operation, request,
                    (message) -> run(operation, () -> FacilitatorReply.of(this.facilitator.verify(message))));
            case SETTLE -> read(operation, request, (message) -> run(operation, () -> settle(message)));
            case SUPPORTED -> run(operation, () -> FacilitatorReply.of(this.facilitator.supported()));
        };
    }

    private FacilitatorReply read(FacilitatorOperation operation, HttpServletRequest request,
            Function<FacilitatorRequest, FacilitatorReply> handler) throws IOException {
        if (!isJson(request.getContentType())) {
            return operation.malformed(415, "The content type is not application/json");
        }
        int max = this.settings.maxRequestSize();
        byte[] body = (request.getContentLengthLong() <= max) ? request.getInputStream().readNBytes(max + 1) : null;
        if (body == null || body.length > max) {
            return operation.malformed(413, "The request is too large");
        }
        FacilitatorRequest message;
        try {
            message = WireMessages.facilitatorRequest(this.json.readObject(body));
        }
        catch (MalformedJsonException ex) {
            return operation.malformed(400, String.valueOf(ex.getMessage()));
        }
        return handler.apply(message);
    }

    private FacilitatorReply run(FacilitatorOperation operation,
            TaskCallback<FacilitatorReply, FacilitatorException> work) {
        try {
            SyncTaskExecutor executor = (operation == FacilitatorOperation.SETTLE) ? this.settlements : this.others;
            return executor.execute(() -> answered(operation, work));
        }
        catch (TaskRejectedException ex) {
            logger.warn("As many requests to {} as may be are in flight", operation.path());
            return operation.unavailable(503, "Too many requests are in flight", RETRY_AFTER_SECONDS);
        }
    }

    private FacilitatorReply answered(FacilitatorOperation operation,
            TaskCallback<FacilitatorReply, FacilitatorException> work) {
        try {
            return work.call();
        }
        catch (FacilitatorException ex) {
            return unavailable(operation, ex);
        }
        catch (RuntimeException ex) {
            logger.error("The facilitator failed to reply to {}", operation.path(), ex);
            return FacilitatorReply.error(500, "The facilitator failed");
        }
    }

    private FacilitatorReply settle(FacilitatorRequest message) throws FacilitatorNotReachedException {
        PaymentRequirements requirements = message.requirements();
        SettleResponse response;
        try {
            response = this.facilitator.settle(message);
        }
        catch (FacilitatorNotReachedException ex) {
            throw ex;
        }
        catch (FacilitatorException ex) {
            logger.warn("The facilitator gave no usable reply to settle: {}", ex.getMessage());
            response = SettleResponse.failed(ReasonCode.SETTLEMENT_PENDING, "", requirements.network());
        }
        catch (RuntimeException ex) {
            logger.error("The facilitator failed to settle", ex);
            response = SettleResponse.failed(ReasonCode.SETTLEMENT_PENDING, "", requirements.network());
        }
        return FacilitatorReply.of(response, message.payload().x402Version());
    }

    private static FacilitatorReply unavailable(FacilitatorOperation operation, FacilitatorException ex) {
        logger.warn("The facilitator gave no usable reply to {}: {}", operation.path(), ex.getMessage());
        // Clients stop to call for a while, which one payment must not bring about.
        long seconds = ex.pause().isPositive() ? ex.pause().plusMillis(999).toSeconds()
                : (ex.failure() == Failure.UNREACHABLE) ? RETRY_AFTER_SECONDS : 0;
        return operation.unavailable(503, "The facilitator is not available", seconds);
    }

    private void write(HttpServletResponse response, FacilitatorReply answer) throws IOException {
        byte[] body = this.json.write(answer.body());
        response.setStatus(answer.status());
        response.setHeader(HttpHeaders.CACHE_CONTROL, "no-store");
        if (answer.retryAfterSeconds() > 0) {
            response.setHeader(HttpHeaders.RETRY_AFTER, String.valueOf(answer.retryAfterSeconds()));
        }
        response.setContentType(MediaType.APPLICATION_JSON_VALUE);
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
    }

    /** Anonymous callers are distinguished by address. */
    private static String caller(HttpServletRequest request) {
        Principal principal = request.getUserPrincipal();
        return (principal != null) ? "name " + principal.getName() : "address " + request.getRemoteAddr();
    }

    /**
     * Nothing but JSON: a form of another site cannot send it without the browser asking
     * first, so that credentials which a browser adds by itself are of no use there.
     */
    private static boolean isJson(@Nullable String contentType) {
        try {
            return contentType != null
                    && MediaType.APPLICATION_JSON.equalsTypeAndSubtype(MediaType.parseMediaType(contentType));
        }
        catch (InvalidMediaTypeException ex) {
            return false;
        }
    }

    private static SyncTaskExecutor bounded(int limit) {
        SyncTaskExecutor executor = new SyncTaskExecutor();
        executor.setConcurrencyLimit(limit);
        executor.setRejectTasksWhenLimitReached(true);
        return executor;
    }

}
