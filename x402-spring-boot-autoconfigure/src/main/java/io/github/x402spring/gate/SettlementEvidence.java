package io.github.x402spring.gate;

import java.util.Objects;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.asset.AssetRegistry;
import io.github.x402spring.facilitator.SettlementInquiry;
import io.github.x402spring.reconcile.SettlementListener;

/**
 * Evidence by which it is judged whether a payment was settled, beside the ledger, and
 * who is notified where the facilitator's reply was the evidence.
 *
 * @param refusals says which of the facilitator's reasons prove that nothing was settled
 * @param inquiry reads the chain, or {@code null} if nothing can
 * @param tokens knows the tokens in which payments may have been made before
 * @param reported is notified of payments that the facilitator's reply settled
 */
record SettlementEvidence(RefusalReasons refusals, @Nullable SettlementInquiry inquiry, AssetRegistry tokens,
        SettlementListener reported) {

    public SettlementEvidence {
        Objects.requireNonNull(refusals, "'refusals' must not be null");
        Objects.requireNonNull(tokens, "'tokens' must not be null");
        Objects.requireNonNull(reported, "'reported' must not be null");
    }

}
