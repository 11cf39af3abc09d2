package io.github.x402spring.security;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;
import org.springframework.security.authorization.AuthorizationResult;

import io.github.x402spring.decision.PolicyObligation;
import io.github.x402spring.decision.Reason;

/**
 * Decision of a policy with more than yes or no: what this server has to do before a
 * response leaves, what the caller may see, and, for the audit only, which rule decided
 * and why. Immutable.
 *
 * @since 0.1.0
 */
public final class X402AuthorizationDecision implements AuthorizationResult {

    /** Start of the text form of a permission with obligations. */
    static final String OBLIGING = "X402AuthorizationDecision [granted=true, obligations=";

    private final boolean granted;

    private final Reason reason;

    private final List<PolicyObligation> obligations;

    private final List<String> requiredScopes;

    private final @Nullable Duration retryAfter;

    private final String policy;

    private final String cause;

    private X402AuthorizationDecision(Builder builder) {
        this.granted = builder.granted;
        this.reason = builder.reason;
        this.obligations = List.copyOf(builder.obligations);
        this.requiredScopes = (this.reason == Reason.INSUFFICIENT_SCOPE) ? List.copyOf(builder.requiredScopes)
                : List.of();
        this.retryAfter = (this.reason == Reason.LIMIT_REACHED) ? builder.retryAfter : null;
        this.policy = builder.policy;
        this.cause = builder.cause;
    }

    /**
     * Starts a decision that grants the request.
     * @return a builder
     */
    public static Builder granted() {
        return new Builder(true);
    }

    /**
     * Starts a decision that denies the request.
     * @return a builder
     */
    public static Builder denied() {
        return new Builder(false);
    }

    /**
     * Returns the OAuth 2.0 scopes that a refused caller lacks.
     * @param result the result of a rule on authorities
     * @return the scopes; empty if the rule requires anything besides scopes
     */
    public static List<String> missingScopes(AuthorizationResult result) {
        return ScopeNames.required(result);
    }

    @Override
    public boolean isGranted() {
        return this.granted;
    }

    /**
     * Returns the reason that a known caller sees when it is refused.
     * @return one of {@link Reason#FORBIDDEN}, {@link Reason#INSUFFICIENT_SCOPE},
     * {@link Reason#PAYER_NOT_BOUND} and {@link Reason#LIMIT_REACHED}
     */
    public Reason reason() {
        return this.reason;
    }

    /**
     * Returns what has to be done before the response leaves. If an obligation cannot be
     * carried out, the request is refused.
     * @return the obligations
     */
    public List<PolicyObligation> obligations() {
        return this.obligations;
    }

    /**
     * Returns the scopes that a known caller needs to obtain.
     * @return the scopes; empty unless the reason is {@code INSUFFICIENT_SCOPE}
     */
    public List<String> requiredScopes() {
        return this.requiredScopes;
    }

    /**
     * Returns when to try again.
     * @return the time to wait, or {@code null} if waiting does not help
     */
    public @Nullable Duration retryAfter() {
        return this.retryAfter;
    }

    /**
     * Returns the name of the policy. For the audit; no caller sees it.
     * @return the name, or the empty string
     */
    public String policy() {
        return this.policy;
    }

    /**
     * Returns why the policy decided so. For the audit; no caller sees it.
     * @return the cause, or the empty string
     */
    public String cause() {
        return this.cause;
    }

    /** For the audit, where events are printed. */
    @Override
    public String toString() {
        String start = (this.granted && !this.obligations.isEmpty()) ? OBLIGING + this.obligations.size()
                : "X402AuthorizationDecision [granted=" + this.granted;
        return start + ", reason=" + this.reason.code() + ", policy=" + this.policy + ", cause=" + this.cause + "]";
    }

    /**
     * Builder of a decision. Not thread-safe.
     */
    public static final class Builder {

        private final boolean granted;

        private final List<PolicyObligation> obligations = new ArrayList<>();

        private final List<String> requiredScopes = new ArrayList<>();

        private Reason reason = Reason.FORBIDDEN;

        private @Nullable Duration retryAfter;

        private String policy = "";

        private String cause = "";

        private Builder(boolean granted) {
            this.granted = granted;
        }

        /**
         * Adds an obligation of this server.
         * @param type what to do
         * @param attributes what goes with it
         * @return this builder
         */
        public Builder obligation(String type, Map<String, @Nullable Object> attributes) {
            this.obligations.add(new PolicyObligation(type, attributes));
            return this;
        }

        Builder reason(Reason reason) {
            this.reason = reason;
            return this;
        }

        /**
         * Names the scopes that the caller needs. Of this and {@link #limitReached} the
         * last call decides what the caller sees.
         * @param scopes the scopes, without {@code SCOPE_}; an empty list has no effect
         * @return this builder
         */
        public Builder requiredScopes(List<String> scopes) {
            scopes.forEach((scope) -> {
                if (!ScopeNames.valid(scope)) {
                    throw new IllegalArgumentException("'scopes' must be scopes as RFC 6749 spells them");
                }
            });
            if (!scopes.isEmpty()) {
                this.requiredScopes.addAll(scopes);
                this.reason = Reason.INSUFFICIENT_SCOPE;
            }
            return this;
        }

        /**
         * States that the caller has reached a limit.
         * @param retryAfter when to try again, at least a second
         * @return this builder
         */
        public Builder limitReached(Duration retryAfter) {
            this.retryAfter = Objects.requireNonNull(retryAfter, "'retryAfter' must not be null");
            this.reason = Reason.LIMIT_REACHED;
            return this;
        }

        /**
         * Names the policy, for the audit.
         * @param policy the name; stored as one line of at most 512 characters
         * @return this builder
         */
        public Builder policy(String policy) {
            this.policy = LogText.line(policy);
            return this;
        }

        /**
         * States the cause, for the audit.
         * @param cause the cause; stored as one line of at most 512 characters
         * @return this builder
         */
        public Builder cause(String cause) {
            this.cause = LogText.line(cause);
            return this;
        }

        /**
         * Builds the decision.
         * @return the decision
         */
        public X402AuthorizationDecision build() {
            return new X402AuthorizationDecision(this);
        }

    }

}
