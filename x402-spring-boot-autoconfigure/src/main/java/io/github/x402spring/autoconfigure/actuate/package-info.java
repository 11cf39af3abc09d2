/**
 * Wiring of operations for those who run the application.
 */
@NullMarked
package io.github.x402spring.autoconfigure.actuate;

import org.jspecify.annotations.NullMarked;
