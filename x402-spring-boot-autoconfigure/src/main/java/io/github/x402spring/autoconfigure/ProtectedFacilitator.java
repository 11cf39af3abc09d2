package io.github.x402spring.autoconfigure;

import io.github.x402spring.facilitator.Facilitator;

/**
 * Holds the facilitator as the gate asks it, with all that protects it.
 *
 * @param facilitator the facilitator
 * @since 0.1.0
 */
public record ProtectedFacilitator(Facilitator facilitator) {
}
