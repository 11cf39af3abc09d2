/**
 * The application's facilitator as a service for other resource servers.
 */
@NullMarked
package io.github.x402spring.webmvc.facilitator;

import org.jspecify.annotations.NullMarked;
