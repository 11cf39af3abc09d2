/**
 * Auto-configuration of the console, with its pages.
 */
@NullMarked
package io.github.x402spring.autoconfigure.console;

import org.jspecify.annotations.NullMarked;
