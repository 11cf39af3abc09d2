/**
 * Operations for those who run the application.
 */
@NullMarked
package io.github.x402spring.actuate;

import org.jspecify.annotations.NullMarked;
