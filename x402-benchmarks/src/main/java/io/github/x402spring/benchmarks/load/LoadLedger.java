package io.github.x402spring.benchmarks.load;

/**
 * Ledger that can be reset between two rounds, so that the same payments are valid in each.
 */
interface LoadLedger {

    void reset();

    long stored();

}
