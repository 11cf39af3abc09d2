package io.github.x402spring.gate;

import java.util.Objects;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.asset.AssetRegistry;
import io.github.x402spring.facilitator.SettlementInquiry;
import io.github.x402spring.reconcile.SettlementListener;

/**
 * Evidence whether a payment was settled, beside the ledger, and the listener of
 * settlements that the facilitator reported.
 *
 * @param refusals the facilitator's reasons that prove that nothing was settled
 * @param inquiry reads the chain, or {@code null} if nothing can
 * @param tokens the tokens in which payments may have been made before
 * @param reported the listener of payments that the facilitator's reply settled
 */
record SettlementEvidence(RefusalReasons refusals, @Nullable SettlementInquiry inquiry, AssetRegistry tokens,
        SettlementListener reported) {

    public SettlementEvidence {
        Objects.requireNonNull(refusals, "'refusals' must not be null");
        Objects.requireNonNull(tokens, "'tokens' must not be null");
        Objects.requireNonNull(reported, "'reported' must not be null");
    }

}
