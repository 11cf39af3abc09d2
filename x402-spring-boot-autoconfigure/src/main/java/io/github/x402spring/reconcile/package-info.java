/**
 * End of payments whose settlement is unknown, and check of those that a facilitator
 * reported.
 */
@NullMarked
package io.github.x402spring.reconcile;

import org.jspecify.annotations.NullMarked;
