/**
 * Facilitator that is a service of its own, called over HTTP.
 */
@NullMarked
package io.github.x402spring.facilitator.http;

import org.jspecify.annotations.NullMarked;
