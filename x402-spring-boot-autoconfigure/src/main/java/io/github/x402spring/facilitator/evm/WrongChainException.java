package io.github.x402spring.facilitator.evm;

import java.math.BigInteger;

/**
 * Says that a node serves another chain than the one it is configured for.
 *
 * @since 0.1.0
 */
public final class WrongChainException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    WrongChainException(String host, BigInteger expected, BigInteger actual) {
        super("The node at " + host + " serves chain " + actual + " and not chain " + expected);
    }

}
