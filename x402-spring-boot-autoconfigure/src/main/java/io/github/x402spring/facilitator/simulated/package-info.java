/**
 * Facilitator without a chain, which moves no money.
 */
@NullMarked
package io.github.x402spring.facilitator.simulated;

import org.jspecify.annotations.NullMarked;
