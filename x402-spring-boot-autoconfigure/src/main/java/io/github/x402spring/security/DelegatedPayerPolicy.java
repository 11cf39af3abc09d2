package io.github.x402spring.security;

import java.util.List;

/**
 * Policy on which wallets may pay for which callers. Declare a bean to look delegations
 * up elsewhere; an exception refuses the request with 503. Implementations are
 * thread-safe.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface DelegatedPayerPolicy {

    /**
     * Finds delegations. The result may include expired ones, and ones whose maximum is
     * too small.
     * @param caller the caller's name
     * @param payer the wallet's address in lower case
     * @return the delegations; empty if there are none
     */
    List<Delegation> find(String caller, String payer);

    /**
     * Returns a policy of a fixed list.
     * @param delegations the list
     * @return the policy
     */
    static DelegatedPayerPolicy of(List<Delegation> delegations) {
        List<Delegation> all = List.copyOf(delegations);
        return (caller, payer) -> all.stream()
            .filter((delegation) -> delegation.caller().equals(caller) && delegation.payer().equals(payer))
            .toList();
    }

}
