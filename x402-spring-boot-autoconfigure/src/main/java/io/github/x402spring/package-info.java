/**
 * What an application imports: the annotation, the payment flow and the evidence of a
 * payment.
 */
@NullMarked
package io.github.x402spring;

import org.jspecify.annotations.NullMarked;
