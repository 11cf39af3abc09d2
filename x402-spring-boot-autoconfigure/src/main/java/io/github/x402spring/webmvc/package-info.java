/**
 * The adapter for Spring MVC: holds answers back until they are paid for.
 */
@NullMarked
package io.github.x402spring.webmvc;

import org.jspecify.annotations.NullMarked;
