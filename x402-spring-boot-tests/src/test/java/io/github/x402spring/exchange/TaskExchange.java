package io.github.x402spring.exchange;

import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.ledger.RequestFingerprint;

/**
 * Request of a caller for a task from an address, each of which may be missing.
 */
public record TaskExchange(@Nullable String caller, @Nullable String task,
        @Nullable String remoteAddress) implements PaidExchange, Supplier<RequestFingerprint> {

    public TaskExchange(@Nullable String caller, @Nullable String task) {
        this(caller, task, null);
    }

    @Override
    public RequestFingerprint get() {
        return RequestFingerprint.of("report", "GET", "/report", "", new byte[0]);
    }

    @Override
    public String method() {
        return "GET";
    }

    @Override
    public String resource() {
        return "/report";
    }

}
