/**
 * Wiring of Spring Security for paid endpoints.
 */
@NullMarked
package io.github.x402spring.autoconfigure.security;

import org.jspecify.annotations.NullMarked;
