/**
 * Binders of meters that show a state: of the ledger, the relayers, connections and the
 * audit.
 */
@NullMarked
package io.github.x402spring.observation.meter;

import org.jspecify.annotations.NullMarked;
