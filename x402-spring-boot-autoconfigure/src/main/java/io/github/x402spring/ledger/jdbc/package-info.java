/**
 * Ledger in a relational database.
 */
@NullMarked
package io.github.x402spring.ledger.jdbc;

import org.jspecify.annotations.NullMarked;
