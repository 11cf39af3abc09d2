/**
 * Ledger in Redis.
 */
@NullMarked
package io.github.x402spring.ledger.redis;

import org.jspecify.annotations.NullMarked;
