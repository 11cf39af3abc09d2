package io.github.x402spring.testchain;

/**
 * Says that the development chain refused what a test asked for.
 */
public class DevelopmentChainException extends RuntimeException {

    DevelopmentChainException(String message) {
        super(message);
    }

}
