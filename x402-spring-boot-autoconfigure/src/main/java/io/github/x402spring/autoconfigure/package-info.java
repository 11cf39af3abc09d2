/**
 * Configuration properties, validation and wiring of the payment gate.
 */
@NullMarked
package io.github.x402spring.autoconfigure;

import org.jspecify.annotations.NullMarked;
