/**
 * What ledgers that several instances share have in common.
 */
@NullMarked
package io.github.x402spring.ledger.shared;

import org.jspecify.annotations.NullMarked;
