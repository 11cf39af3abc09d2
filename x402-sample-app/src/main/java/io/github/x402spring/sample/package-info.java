/**
 * A shop that sells data to agents: what a project that uses the starter looks like.
 */
@NullMarked
package io.github.x402spring.sample;

import org.jspecify.annotations.NullMarked;
