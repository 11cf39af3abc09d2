/**
 * JMH benchmarks of what happens to a payment before any I/O.
 */
@NullMarked
package io.github.x402spring.benchmarks;

import org.jspecify.annotations.NullMarked;
