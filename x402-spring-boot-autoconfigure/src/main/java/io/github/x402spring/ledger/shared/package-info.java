/**
 * Ledgers that several instances share, in a relational database or in Redis.
 */
@NullMarked
package io.github.x402spring.ledger.shared;

import org.jspecify.annotations.NullMarked;
