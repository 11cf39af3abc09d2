/**
 * The order in which a payment is matched, screened, reserved, verified, authorized and
 * settled.
 */
@NullMarked
package io.github.x402spring.gate;

import org.jspecify.annotations.NullMarked;
