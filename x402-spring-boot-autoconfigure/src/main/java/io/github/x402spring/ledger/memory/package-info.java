/**
 * Ledger, limits and histories in the memory of one instance.
 */
@NullMarked
package io.github.x402spring.ledger.memory;

import org.jspecify.annotations.NullMarked;
