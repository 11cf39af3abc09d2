package io.github.x402spring.client;

import java.time.Duration;

/**
 * Lets time pass between two attempts.
 */
@FunctionalInterface
interface Pause {

    void pause(Duration duration) throws InterruptedException;

}
