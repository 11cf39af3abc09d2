/**
 * Strict, bounded reading and writing of x402 headers and facilitator messages.
 */
@NullMarked
package io.github.x402spring.codec;

import org.jspecify.annotations.NullMarked;
