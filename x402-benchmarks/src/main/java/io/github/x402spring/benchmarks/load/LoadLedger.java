package io.github.x402spring.benchmarks.load;

/**
 * Forgets what was paid, between two rounds, so that the same payments are good in each.
 */
interface LoadLedger {

    void reset();

    long stored();

}
