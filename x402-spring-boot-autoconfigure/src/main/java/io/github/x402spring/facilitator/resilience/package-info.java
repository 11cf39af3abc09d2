/**
 * Circuit breaker and bulkhead of a facilitator.
 */
@NullMarked
package io.github.x402spring.facilitator.resilience;

import org.jspecify.annotations.NullMarked;
