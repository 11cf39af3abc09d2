/**
 * Request for a paid endpoint, and the contracts of those who describe it, decide on it
 * and are notified of it.
 */
@NullMarked
package io.github.x402spring.exchange;

import org.jspecify.annotations.NullMarked;
