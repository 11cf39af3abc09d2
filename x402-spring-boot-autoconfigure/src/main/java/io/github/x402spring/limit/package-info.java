/**
 * Limits on payments: what callers may spend, and how many payments may fail or be
 * released unused.
 */
@NullMarked
package io.github.x402spring.limit;

import org.jspecify.annotations.NullMarked;
