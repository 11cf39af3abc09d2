/**
 * Auto-configuration of the audit.
 */
@NullMarked
package io.github.x402spring.autoconfigure.audit;

import org.jspecify.annotations.NullMarked;
