/**
 * Listings and sums of the payments in a ledger, for operators.
 */
@NullMarked
package io.github.x402spring.ledger.history;

import org.jspecify.annotations.NullMarked;
