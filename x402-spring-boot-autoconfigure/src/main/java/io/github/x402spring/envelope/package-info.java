/**
 * Writes decision envelopes to servlet responses, in the form that a caller accepts.
 */
@NullMarked
package io.github.x402spring.envelope;

import org.jspecify.annotations.NullMarked;
