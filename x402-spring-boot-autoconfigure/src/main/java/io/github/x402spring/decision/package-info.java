/**
 * The decision envelope: why a request was refused and what would help.
 */
@NullMarked
package io.github.x402spring.decision;

import org.jspecify.annotations.NullMarked;
