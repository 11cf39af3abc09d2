/**
 * Authorization managers that call an external policy decision point.
 */
@NullMarked
package io.github.x402spring.security.decisionpoint;

import org.jspecify.annotations.NullMarked;
