/**
 * Auto-configuration of what operators see.
 */
@NullMarked
package io.github.x402spring.autoconfigure.observation;

import org.jspecify.annotations.NullMarked;
