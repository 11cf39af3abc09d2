/**
 * Auto-configuration of the audit, with its sinks.
 */
@NullMarked
package io.github.x402spring.autoconfigure.audit;

import org.jspecify.annotations.NullMarked;
