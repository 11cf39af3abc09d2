/**
 * Tokens, their presets and the exact conversion of prices into atomic units.
 */
@NullMarked
package io.github.x402spring.asset;

import org.jspecify.annotations.NullMarked;
