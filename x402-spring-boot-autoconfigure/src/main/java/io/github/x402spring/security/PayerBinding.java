package io.github.x402spring.security;

import java.time.Clock;
import java.util.Map;

import org.springframework.security.authorization.AuthorizationManager;

/**
 * Rule on whose wallet may pay for a caller.
 *
 * @since 0.1.0
 */
public enum PayerBinding {

    /** Any wallet: the payer says nothing about the caller. */
    NONE,

    /** The caller's own: its name is the payer's address, as after a sign-in. */
    SAME_WALLET,

    /** The caller's own, or one that a {@link DelegatedPayerPolicy} lets pay for it. */
    DELEGATED;

    /**
     * Creates rules that refuse revoked callers, wallets and delegations, and wallets
     * that may not pay for the caller. The rules grant nothing that the policies have not
     * granted before.
     * @param bindings the bindings by endpoint; {@link #NONE} where an endpoint is
     * missing
     * @param delegations the source of delegations
     * @param revocations the revocations
     * @param clock the source of time
     * @return the rules; thread-safe
     */
    public static AuthorizationManager<PaidRequest> rules(Map<String, PayerBinding> bindings,
            DelegatedPayerPolicy delegations, RevocationRegistry revocations, Clock clock) {
        return new PayerRules(bindings, delegations, revocations, clock);
    }

}
