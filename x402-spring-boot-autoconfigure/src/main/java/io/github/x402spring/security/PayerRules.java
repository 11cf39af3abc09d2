package io.github.x402spring.security;

import java.time.Clock;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.springframework.security.authentication.AuthenticationTrustResolver;
import org.springframework.security.authentication.AuthenticationTrustResolverImpl;
import org.springframework.security.authorization.AuthorizationDecision;
import org.springframework.security.authorization.AuthorizationManager;
import org.springframework.security.authorization.AuthorizationResult;
import org.springframework.security.core.Authentication;

import io.github.x402spring.decision.Reason;
import io.github.x402spring.security.RevocationRegistry.Kind;

/**
 * Authorization manager that refuses revoked callers, wallets and delegations, and
 * wallets that may not pay for the caller. It grants nothing that the policies have not
 * granted before. Thread-safe.
 */
final class PayerRules implements AuthorizationManager<PaidRequest> {

    private static final AuthorizationResult GRANTED = new AuthorizationDecision(true);

    private final AuthenticationTrustResolver trustResolver = new AuthenticationTrustResolverImpl();

    private final Map<String, PayerBinding> bindings;

    private final DelegatedPayerPolicy delegations;

    private final RevocationRegistry revocations;

    private final Clock clock;

    /**
     * Creates rules.
     * @param bindings the bindings by endpoint; {@link PayerBinding#NONE} where an
     * endpoint is missing
     * @param delegations the source of delegations
     * @param revocations the revocations
     * @param clock the source of time
     */
    PayerRules(Map<String, PayerBinding> bindings, DelegatedPayerPolicy delegations, RevocationRegistry revocations,
            Clock clock) {
        this.bindings = Map.copyOf(bindings);
        this.delegations = Objects.requireNonNull(delegations, "'delegations' must not be null");
        this.revocations = Objects.requireNonNull(revocations, "'revocations' must not be null");
        this.clock = Objects.requireNonNull(clock, "'clock' must not be null");
    }

    @Override
    public AuthorizationResult authorize(Supplier<? extends @Nullable Authentication> authentication,
            PaidRequest request) {
        String payer = request.payment().payer().toLowerCase(Locale.ROOT);
        Authentication known = authentication.get();
        String caller = (known != null && this.trustResolver.isAuthenticated(known)) ? known.getName() : null;
        if (this.revocations.isRevoked(Kind.PAYER, payer)) {
            return refused("payer revoked");
        }
        if (caller != null && this.revocations.isRevoked(Kind.IDENTITY, caller)) {
            return refused("identity revoked");
        }
        PayerBinding binding = this.bindings.getOrDefault(request.endpoint().name(), PayerBinding.NONE);
        return switch (binding) {
            case NONE -> GRANTED;
            case SAME_WALLET -> request.payment().isPaidBy(caller) ? GRANTED : notBound("another wallet");
            case DELEGATED -> request.payment().isPaidBy(caller) ? GRANTED : delegated(caller, payer, request);
        };
    }

    private AuthorizationResult delegated(@Nullable String caller, String payer, PaidRequest request) {
        if (caller == null) {
            return notBound("no caller to pay for");
        }
        for (Delegation delegation : this.delegations.find(caller, payer)) {
            boolean same = delegation.caller().equals(caller) && delegation.payer().equals(payer);
            if (same && delegation.covers(request.payment().amount(), this.clock.instant())
                    && !this.revocations.isRevoked(Kind.DELEGATION, delegation.id())) {
                return GRANTED;
            }
        }
        return notBound("no delegation that holds");
    }

    private static AuthorizationResult refused(String cause) {
        return X402AuthorizationDecision.denied().policy("revocation").cause(cause).build();
    }

    private static AuthorizationResult notBound(String cause) {
        return X402AuthorizationDecision.denied()
            .reason(Reason.PAYER_NOT_BOUND)
            .policy("payer binding")
            .cause(cause)
            .build();
    }

}
