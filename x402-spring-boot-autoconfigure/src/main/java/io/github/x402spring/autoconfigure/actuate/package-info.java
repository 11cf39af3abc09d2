/**
 * Auto-configuration of Actuator, with its endpoints.
 */
@NullMarked
package io.github.x402spring.autoconfigure.actuate;

import org.jspecify.annotations.NullMarked;
