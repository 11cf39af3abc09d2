/**
 * The bridge from the payment gate to Spring Security's authorization.
 */
@NullMarked
package io.github.x402spring.security;

import org.jspecify.annotations.NullMarked;
