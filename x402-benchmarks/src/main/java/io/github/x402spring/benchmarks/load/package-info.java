/**
 * An application, a facilitator and buyers for measuring requests over HTTP.
 */
@NullMarked
package io.github.x402spring.benchmarks.load;

import org.jspecify.annotations.NullMarked;
