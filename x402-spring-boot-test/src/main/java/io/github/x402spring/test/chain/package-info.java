/**
 * EVM chain on the machine of the test, with a token that pays, for tests that settle for
 * real.
 */
@NullMarked
package io.github.x402spring.test.chain;

import org.jspecify.annotations.NullMarked;
