/**
 * Wires the endpoints of Actuator.
 */
@NullMarked
package io.github.x402spring.autoconfigure.actuate;

import org.jspecify.annotations.NullMarked;
