package io.github.x402spring.reconcile;

/**
 * Question, asked at once, what became of payments whose settlement is unknown, instead
 * of at the next turn.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface SettlementReview {

    /**
     * Begins to ask, in the background.
     * @return whether there is anybody to ask
     */
    boolean begin();

}
