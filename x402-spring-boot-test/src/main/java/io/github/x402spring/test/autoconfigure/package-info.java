/**
 * Auto-configuration of tests.
 */
@NullMarked
package io.github.x402spring.test.autoconfigure;

import org.jspecify.annotations.NullMarked;
