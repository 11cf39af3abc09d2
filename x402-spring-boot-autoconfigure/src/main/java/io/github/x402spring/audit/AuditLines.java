package io.github.x402spring.audit;

import java.nio.charset.StandardCharsets;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.codec.WireJson;

/**
 * Writes records as lines of JSON. Thread-safe.
 *
 * @since 0.1.0
 */
public final class AuditLines {

    /** Nothing is read. */
    private static final WireJson JSON = new WireJson(1);

    private final @Nullable AuditChain chain;

    /**
     * Creates a format.
     * @param chain ties each line to the one before, or {@code null} if none does
     */
    public AuditLines(@Nullable AuditChain chain) {
        this.chain = chain;
    }

    /**
     * Writes a record.
     * @param record the record
     * @return a JSON object without line breaks
     */
    String line(AuditRecord record) {
        String object = new String(JSON.write(record.toMap()), StandardCharsets.UTF_8);
        return (this.chain != null) ? this.chain.add(object) : object;
    }

}
