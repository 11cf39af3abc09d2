/**
 * Auto-configuration of the facilitator that settles on EVM chains itself.
 */
@NullMarked
package io.github.x402spring.autoconfigure.evm;

import org.jspecify.annotations.NullMarked;
