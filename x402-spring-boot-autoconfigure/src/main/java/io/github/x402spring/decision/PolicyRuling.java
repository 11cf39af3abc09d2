package io.github.x402spring.decision;

import java.util.List;
import java.util.Objects;

/**
 * Decision of one policy about a request. For the audit; no caller sees it.
 *
 * @param granted whether it let the request through
 * @param policy the name of the policy, or the rule itself
 * @param cause why the policy decided so; empty if it does not state it
 * @param obligations what it obliged this server to do
 * @since 0.1.0
 */
public record PolicyRuling(boolean granted, String policy, String cause, List<PolicyObligation> obligations) {

    public PolicyRuling {
        Objects.requireNonNull(policy, "'policy' must not be null");
        Objects.requireNonNull(cause, "'cause' must not be null");
        obligations = List.copyOf(obligations);
    }

}
