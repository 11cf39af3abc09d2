package io.github.x402spring.audit;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

import org.jspecify.annotations.Nullable;

/**
 * Ties each line of the audit to the line before it, so that a line that was altered or
 * taken out is found. Every start of an application begins a chain of its own; where it
 * knows the file that it goes on with, the first line is tied to the last one there.
 * <p>
 * The last members of a line are {@code chain}, which tells chains apart,
 * {@code sequence}, {@code previous} and {@code hash}: the SHA-256 digest, or with a key
 * the HMAC, of the UTF-8 bytes of the line as it is without its {@code hash}. Whoever may
 * write to where the lines are can make a new chain without a key, and not with one.
 * Thread-safe.
 *
 * @since 0.1.0
 */
public final class AuditChain {

    /** The length that a key has at least, in characters. */
    public static final int MIN_KEY_LENGTH = 16;

    /** What goes before the first line of all. */
    static final String NOTHING = "0".repeat(64);

    /** A dot stands for U+2028 and its like, too, which JSON leaves as they are. */
    private static final Pattern LINK = Pattern
        .compile("(\\{.*),\"chain\":\"([0-9a-f-]{36})\",\"sequence\":(\\d{1,18}),"
                + "\"previous\":\"([0-9a-f]{64})\",\"hash\":\"([0-9a-f]{64})\"}", Pattern.DOTALL);

    private final String id = UUID.randomUUID().toString();

    private final Hash hash;

    private long sequence;

    private String previous;

    private AuditChain(Hash hash, String previous) {
        this.hash = hash;
        this.previous = previous;
    }

    /**
     * Begins a chain.
     * @param key the key, of {@value #MIN_KEY_LENGTH} characters or more, or {@code null}
     * for a digest without one
     * @param last the line to go on with, or {@code null} if there is none
     * @return the chain
     */
    public static AuditChain begin(@Nullable String key, @Nullable String last) {
        Link link = (last != null) ? Link.of(last) : null;
        return new AuditChain(Hash.of(key), (link != null) ? link.hash() : NOTHING);
    }

    /** Lines may be written in another order than they were added: they are numbered. */
    synchronized String add(String object) {
        String linked = object.substring(0, object.length() - 1) + ",\"chain\":\"" + this.id + "\",\"sequence\":"
                + this.sequence + ",\"previous\":\"" + this.previous + "\"}";
        String hash = this.hash.of(linked.getBytes(StandardCharsets.UTF_8));
        this.sequence++;
        this.previous = hash;
        return linked.substring(0, linked.length() - 1) + ",\"hash\":\"" + hash + "\"}";
    }

    /**
     * Is what a line says of its place.
     *
     * @param hashed the line without its hash
     */
    record Link(String chain, long sequence, String previous, String hash, String hashed) {

        static @Nullable Link of(String line) {
            Matcher matcher = LINK.matcher(line);
            if (!matcher.matches()) {
                return null;
            }
            String hashed = line.substring(0, matcher.end(4) + 1) + "}";
            return new Link(matcher.group(2), Long.parseLong(matcher.group(3)), matcher.group(4), matcher.group(5),
                    hashed);
        }

        boolean holds(Hash hash) {
            return MessageDigest.isEqual(
                    hash.of(this.hashed.getBytes(StandardCharsets.UTF_8)).getBytes(StandardCharsets.US_ASCII),
                    this.hash.getBytes(StandardCharsets.US_ASCII));
        }

    }

    /** Computes hashes in hexadecimal digits. */
    @FunctionalInterface
    interface Hash {

        String of(byte[] content);

        static Hash of(@Nullable String key) {
            try {
                if (key == null) {
                    MessageDigest digest = MessageDigest.getInstance("SHA-256");
                    return (content) -> HexFormat.of().formatHex(digest.digest(content));
                }
                Mac mac = Mac.getInstance("HmacSHA256");
                mac.init(new SecretKeySpec(key.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
                return (content) -> HexFormat.of().formatHex(mac.doFinal(content));
            }
            catch (GeneralSecurityException ex) {
                throw new IllegalStateException("Every Java platform has SHA-256", ex);
            }
        }

    }

}
