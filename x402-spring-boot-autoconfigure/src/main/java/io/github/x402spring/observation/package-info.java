/**
 * What operators see: meters.
 */
@NullMarked
package io.github.x402spring.observation;

import org.jspecify.annotations.NullMarked;
