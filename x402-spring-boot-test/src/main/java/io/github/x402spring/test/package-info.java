/**
 * Test kit: payments, wallets, a scripted facilitator and a clock for tests of paid
 * endpoints and of paying clients.
 */
@NullMarked
package io.github.x402spring.test;

import org.jspecify.annotations.NullMarked;
