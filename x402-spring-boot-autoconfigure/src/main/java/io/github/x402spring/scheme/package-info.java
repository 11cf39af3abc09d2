/**
 * The seam for payment schemes: what can be checked of a payment without any I/O.
 */
@NullMarked
package io.github.x402spring.scheme;

import org.jspecify.annotations.NullMarked;
