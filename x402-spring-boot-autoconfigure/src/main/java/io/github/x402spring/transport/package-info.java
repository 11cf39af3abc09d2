/**
 * HTTP transport for outgoing calls: to facilitators, policy decision points,
 * authorization servers and nodes of chains. Not supported API.
 */
@NullMarked
package io.github.x402spring.transport;

import org.jspecify.annotations.NullMarked;
