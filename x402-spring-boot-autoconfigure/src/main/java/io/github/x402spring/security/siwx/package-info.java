/**
 * Sign-In-With-X: callers prove which wallet they are, whatever they pay or not.
 */
@NullMarked
package io.github.x402spring.security.siwx;

import org.jspecify.annotations.NullMarked;
