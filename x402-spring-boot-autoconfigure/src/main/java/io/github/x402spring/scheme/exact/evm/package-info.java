/**
 * The scheme {@code exact} on EVM chains: EIP-3009 transfers with authorization.
 */
@NullMarked
package io.github.x402spring.scheme.exact.evm;

import org.jspecify.annotations.NullMarked;
