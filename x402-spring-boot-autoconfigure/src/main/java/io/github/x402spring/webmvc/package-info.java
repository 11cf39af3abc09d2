/**
 * The adapter for Spring MVC: finds the handlers that are paid, and lets them run for
 * admitted payments.
 */
@NullMarked
package io.github.x402spring.webmvc;

import org.jspecify.annotations.NullMarked;
