/**
 * Contracts of what an application may replace, as abstract test classes: an
 * implementation is proved by extending one.
 */
@NullMarked
package io.github.x402spring.test.contract;

import org.jspecify.annotations.NullMarked;
