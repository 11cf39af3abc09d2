/**
 * A facilitator that checks everything but the chain, and moves no money.
 */
@NullMarked
package io.github.x402spring.facilitator.simulated;

import org.jspecify.annotations.NullMarked;
