/**
 * Actions of operators, and refusals for operators to look at.
 */
@NullMarked
package io.github.x402spring.operator;

import org.jspecify.annotations.NullMarked;
