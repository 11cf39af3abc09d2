/**
 * Facilitator that settles on EVM chains itself, through JSON-RPC.
 */
@NullMarked
package io.github.x402spring.facilitator.evm;

import org.jspecify.annotations.NullMarked;
