/**
 * Auto-configuration of the console.
 */
@NullMarked
package io.github.x402spring.autoconfigure.console;

import org.jspecify.annotations.NullMarked;
