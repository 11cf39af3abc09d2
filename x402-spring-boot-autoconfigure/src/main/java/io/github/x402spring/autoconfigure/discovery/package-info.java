/**
 * Wiring of the documents that tell agents and registries what is sold.
 */
@NullMarked
package io.github.x402spring.autoconfigure.discovery;

import org.jspecify.annotations.NullMarked;
