/**
 * The port to whoever verifies and settles payments.
 */
@NullMarked
package io.github.x402spring.facilitator;

import org.jspecify.annotations.NullMarked;
