/**
 * The port that remembers which payment was used for which request.
 */
@NullMarked
package io.github.x402spring.ledger;

import org.jspecify.annotations.NullMarked;
