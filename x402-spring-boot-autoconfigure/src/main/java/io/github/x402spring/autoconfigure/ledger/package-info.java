/**
 * Wiring of ledgers that instances share.
 */
@NullMarked
package io.github.x402spring.autoconfigure.ledger;

import org.jspecify.annotations.NullMarked;
