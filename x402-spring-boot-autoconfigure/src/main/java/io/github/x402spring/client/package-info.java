/**
 * The paying side: an interceptor that pays for single requests of one client within a
 * policy.
 */
@NullMarked
package io.github.x402spring.client;

import org.jspecify.annotations.NullMarked;
