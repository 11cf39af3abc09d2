/**
 * Lets operators look at payments and steer them, through Actuator.
 */
@NullMarked
package io.github.x402spring.actuate;

import org.jspecify.annotations.NullMarked;
