/**
 * Port to the services that verify and settle payments.
 */
@NullMarked
package io.github.x402spring.facilitator;

import org.jspecify.annotations.NullMarked;
