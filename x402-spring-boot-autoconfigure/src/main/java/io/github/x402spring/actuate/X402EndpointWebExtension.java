package io.github.x402spring.actuate;

import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.actuate.endpoint.Show;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.web.annotation.EndpointWebExtension;
import org.springframework.util.Assert;

import io.github.x402spring.actuate.PaymentsView.PaymentsRequest;

/**
 * Shows who paid to those who may see it, where it is known who asks.
 *
 * @since 0.1.0
 */
@EndpointWebExtension(endpoint = X402Endpoint.class)
public final class X402EndpointWebExtension {

    private final X402Endpoint endpoint;

    private final Show showValues;

    private final Set<String> roles;

    /**
     * Creates an extension.
     * @param endpoint what it extends
     * @param showValues when to show who paid
     * @param roles roles of which a caller needs one to be shown who paid, where
     * {@code showValues} says {@code WHEN_AUTHORIZED}; no caller is where there are none
     */
    public X402EndpointWebExtension(X402Endpoint endpoint, Show showValues, Set<String> roles) {
        Assert.notNull(endpoint, "'endpoint' must not be null");
        Assert.notNull(showValues, "'showValues' must not be null");
        this.endpoint = endpoint;
        this.showValues = showValues;
        this.roles = Set.copyOf(roles);
    }

    /**
     * Lists payments.
     * @param context who asks
     * @param section what to list: {@code payments}
     * @param endpoint the name of a paid endpoint, or {@code null}
     * @param state a state, or {@code null}
     * @param payer a payer's address, or {@code null}
     * @param caller the name of a caller, or {@code null}
     * @param from the beginning of a time, or {@code null}
     * @param to the end of a time, or {@code null}
     * @param after where the page begins, or {@code null} for the first page
     * @param limit how many at most, or {@code null}
     * @return the payments, or {@code null} if there is no such section
     */
    @ReadOperation
    public @Nullable Object list(SecurityContext context, @Selector String section, @Nullable String endpoint,
            @Nullable String state, @Nullable String payer, @Nullable String caller, @Nullable String from,
            @Nullable String to, @Nullable String after, @Nullable Integer limit) {
        return this.endpoint.list(section, new PaymentsRequest(endpoint, state, payer, caller, from, to, after, limit),
                shown(context));
    }

    /**
     * Shows one payment and what happened to it.
     * @param context who asks
     * @param section what to show: {@code payments}
     * @param id the payment's id
     * @return the payment, or {@code null} if there is none that may be shown
     */
    @ReadOperation
    public @Nullable Object show(SecurityContext context, @Selector String section, @Selector String id) {
        return this.endpoint.show(section, id, shown(context));
    }

    /** Without roles {@link Show} would take any caller with a name for authorized. */
    private boolean shown(SecurityContext context) {
        return (!this.roles.isEmpty() || this.showValues == Show.ALWAYS)
                && this.showValues.isShown(context, this.roles);
    }

}
