/**
 * Auto-configuration of observations and meters, with what records them, and of the log
 * of decisions.
 */
@NullMarked
package io.github.x402spring.autoconfigure.observation;

import org.jspecify.annotations.NullMarked;
