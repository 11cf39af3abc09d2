/**
 * The records of the x402 wire, networks, amounts and reason codes.
 */
@NullMarked
package io.github.x402spring.protocol;

import org.jspecify.annotations.NullMarked;
