package io.github.x402spring.gate;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.ledger.RequestFingerprint;

/**
 * Request of a caller for a task, either of which may be missing.
 */
record TaskExchange(@Nullable String caller, @Nullable String task) implements PaidExchange, FingerprintSource {

    @Override
    public RequestFingerprint fingerprint() {
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

    @Override
    public @Nullable String remoteAddress() {
        return null;
    }

}
