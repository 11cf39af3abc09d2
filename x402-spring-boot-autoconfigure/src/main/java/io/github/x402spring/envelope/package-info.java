/**
 * Renders decision envelopes in the form that a caller accepts, and makes the ids of
 * requests.
 */
@NullMarked
package io.github.x402spring.envelope;

import org.jspecify.annotations.NullMarked;
