/**
 * Protects the application from a facilitator that is slow or down, and the other way
 * round.
 */
@NullMarked
package io.github.x402spring.facilitator.resilience;

import org.jspecify.annotations.NullMarked;
