package io.github.x402spring.ledger;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

import org.jspecify.annotations.Nullable;

/**
 * SHA-256 digest over fields, each preceded by its length: no two lists of fields have
 * the same bytes. Not thread-safe.
 *
 * @since 0.1.0
 */
public final class FieldDigest {

    /**
     * Cloned, because looking up an algorithm costs as much as digesting a short text.
     */
    private static final MessageDigest SHA_256 = lookUp();

    private final MessageDigest sha256 = sha256();

    /**
     * Adds a field.
     * @param field the bytes
     * @return this digest
     */
    public FieldDigest add(byte[] field) {
        this.sha256.update(ByteBuffer.allocate(Integer.BYTES).putInt(field.length).array());
        this.sha256.update(field);
        return this;
    }

    /**
     * Adds a field.
     * @param field the text; {@code null} counts as empty
     * @return this digest
     */
    public FieldDigest add(@Nullable String field) {
        return add((field != null) ? field.getBytes(StandardCharsets.UTF_8) : new byte[0]);
    }

    /**
     * Adds the digest of a content as a field, so that the content need not fit memory.
     * @param content the content, read to its end and not closed
     * @return this digest
     * @throws IOException if the content cannot be read
     */
    public FieldDigest add(InputStream content) throws IOException {
        MessageDigest digest = sha256();
        byte[] chunk = new byte[8192];
        for (int read = content.read(chunk); read >= 0; read = content.read(chunk)) {
            digest.update(chunk, 0, read);
        }
        return add(digest.digest());
    }

    /**
     * Ends the digest.
     * @return 32 bytes
     */
    public byte[] digest() {
        return this.sha256.digest();
    }

    /**
     * Returns a digest of nothing yet.
     * @return a SHA-256 digest
     */
    public static MessageDigest sha256() {
        try {
            return (MessageDigest) SHA_256.clone();
        }
        catch (CloneNotSupportedException ex) {
            return lookUp();
        }
    }

    private static MessageDigest lookUp() {
        try {
            return MessageDigest.getInstance("SHA-256");
        }
        catch (NoSuchAlgorithmException ex) {
            throw new IllegalStateException("Every Java platform has SHA-256", ex);
        }
    }

}
