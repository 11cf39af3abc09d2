/**
 * Wires the operator's page.
 */
@NullMarked
package io.github.x402spring.autoconfigure.console;

import org.jspecify.annotations.NullMarked;
