/**
 * Port for payment schemes: the checks of a payment that need no I/O.
 */
@NullMarked
package io.github.x402spring.scheme;

import org.jspecify.annotations.NullMarked;
