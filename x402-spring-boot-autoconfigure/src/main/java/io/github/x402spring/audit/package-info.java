/**
 * Records who called, who paid, what was decided and what was returned, as separate
 * facts.
 */
@NullMarked
package io.github.x402spring.audit;

import org.jspecify.annotations.NullMarked;
