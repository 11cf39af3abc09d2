/**
 * Observations of paid requests and of what they call, and the log of decisions.
 */
@NullMarked
package io.github.x402spring.observation;

import org.jspecify.annotations.NullMarked;
