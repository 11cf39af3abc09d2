/**
 * Auto-configuration of the payment gate, whatever serves the requests.
 */
@NullMarked
package io.github.x402spring.autoconfigure.gate;

import org.jspecify.annotations.NullMarked;
