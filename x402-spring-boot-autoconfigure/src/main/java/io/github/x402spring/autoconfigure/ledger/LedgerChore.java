package io.github.x402spring.autoconfigure.ledger;

import io.github.x402spring.ledger.LedgerException;

/**
 * Is what has to be done for a ledger now and then.
 */
@FunctionalInterface
interface LedgerChore {

    void run() throws LedgerException;

}
