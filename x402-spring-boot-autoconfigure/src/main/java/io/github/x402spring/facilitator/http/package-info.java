/**
 * The facilitator that is somebody else's service, reached over HTTP.
 */
@NullMarked
package io.github.x402spring.facilitator.http;

import org.jspecify.annotations.NullMarked;
