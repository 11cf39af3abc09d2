/**
 * Paid endpoints of any adapter: what they cost, what is listed of them, and what the
 * facilitator states for them.
 */
@NullMarked
package io.github.x402spring.endpoint;

import org.jspecify.annotations.NullMarked;
