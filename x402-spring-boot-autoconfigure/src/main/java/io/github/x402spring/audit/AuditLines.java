package io.github.x402spring.audit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.codec.WireJson;

/**
 * Format of audit records as lines of JSON, optionally tied to each other by a chain of
 * hashes, for an {@link AuditSink} that writes text. Thread-safe.
 *
 * @since 0.1.0
 * @see AuditVerifier
 */
public final class AuditLines {

    /** Minimum length of a key, in characters. */
    public static final int MIN_KEY_LENGTH = 16;

    /** The bound is for reading, which this class does not do. */
    private static final WireJson JSON = new WireJson(1);

    private final @Nullable AuditChain chain;

    AuditLines(@Nullable AuditChain chain) {
        this.chain = chain;
    }

    /**
     * Creates a format without a chain.
     * @return the format
     */
    public static AuditLines plain() {
        return new AuditLines(null);
    }

    /**
     * Creates a format whose lines are a new chain.
     * @param key the key of the hashes, of {@value #MIN_KEY_LENGTH} characters or more,
     * or {@code null} for digests without a key
     * @return the format
     */
    public static AuditLines chained(@Nullable String key) {
        return new AuditLines(AuditChain.begin(key, null));
    }

    /**
     * Creates a format whose lines are a new chain, of which the first line is tied to
     * the last one of a file.
     * @param key the key of the hashes, of {@value #MIN_KEY_LENGTH} characters or more,
     * or {@code null} for digests without a key
     * @param file the file that the lines are appended to; it need not exist
     * @return the format
     * @throws IOException if the file cannot be read
     */
    public static AuditLines chained(@Nullable String key, Path file) throws IOException {
        return new AuditLines(AuditChain.begin(key, AuditChain.lastLine(file)));
    }

    /**
     * Formats a record. Each call is the next line of the chain.
     * @param record the record
     * @return a JSON object without line breaks
     */
    public String line(AuditRecord record) {
        String object = new String(JSON.write(record.toMap()), StandardCharsets.UTF_8);
        return (this.chain != null) ? this.chain.add(object) : object;
    }

}
