package io.github.x402spring.gate;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.gate.PaymentAuthorizer.Permission;
import io.github.x402spring.ledger.RequestFingerprint;

/**
 * Is a request of a caller for a task, either of which may be missing. Remembers what the
 * policy said.
 */
final class TaskExchange implements PaidExchange {

    final List<@Nullable Permission> decisions = new ArrayList<>();

    private final @Nullable String caller;

    private final @Nullable String task;

    TaskExchange(@Nullable String caller, @Nullable String task) {
        this.caller = caller;
        this.task = task;
    }

    @Override
    public RequestFingerprint fingerprint() {
        return RequestFingerprint.of("report", "GET", "/report", "", new byte[0]);
    }

    @Override
    public @Nullable String caller() {
        return this.caller;
    }

    @Override
    public @Nullable String task() {
        return this.task;
    }

    @Override
    public @Nullable String remoteAddress() {
        return null;
    }

    @Override
    public void decided(@Nullable Permission permission) {
        this.decisions.add(permission);
    }

    @Override
    public Object nativeRequest() {
        return this;
    }

}
