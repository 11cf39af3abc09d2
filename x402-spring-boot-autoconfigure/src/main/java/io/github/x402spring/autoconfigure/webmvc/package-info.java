/**
 * Wiring of the Spring MVC adapter.
 */
@NullMarked
package io.github.x402spring.autoconfigure.webmvc;

import org.jspecify.annotations.NullMarked;
