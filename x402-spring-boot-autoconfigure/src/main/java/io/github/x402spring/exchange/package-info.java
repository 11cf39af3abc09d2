/**
 * Request for a paid endpoint, and the contracts for describing it, deciding on it and
 * being notified of it.
 */
@NullMarked
package io.github.x402spring.exchange;

import org.jspecify.annotations.NullMarked;
