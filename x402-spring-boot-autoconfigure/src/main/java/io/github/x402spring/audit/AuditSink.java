package io.github.x402spring.audit;

import java.io.IOException;

/**
 * Destination of audit records. All beans of this type are applied.
 * <p>
 * Called on the threads that serve requests, before the response leaves: implementations
 * are thread-safe and brief.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface AuditSink {

    /**
     * Writes a record. Where {@code x402.audit.strict} is set, no payment is settled
     * unless all that was known of it before is written.
     * @param record the record
     * @throws IOException if it could not be written; any other exception means the same
     */
    void write(AuditRecord record) throws IOException;

    /**
     * Tells whether records are of any use now. Asked for each request; where no sink
     * wants any, none are made.
     * @return {@code true} by default
     */
    default boolean wanted() {
        return true;
    }

}
