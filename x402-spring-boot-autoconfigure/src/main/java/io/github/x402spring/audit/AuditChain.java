package io.github.x402spring.audit;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
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
 * the HMAC, of the UTF-8 bytes of the line as it is without its {@code hash}. An attacker
 * who may write to the lines can make a new chain if there is no key, and cannot if there
 * is one. Thread-safe.
 */
final class AuditChain {

    /** More than the lines that the threads of a server write at the same time. */
    private static final int TAIL = 1 << 20;

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

    static AuditChain begin(@Nullable String key, @Nullable String last) {
        Link link = (last != null) ? Link.of(last) : null;
        return new AuditChain(Hash.of(key), (link != null) ? link.hash() : NOTHING);
    }

    /**
     * Finds the line that a new chain continues: the last one of the chain that a file
     * ends with. Returns {@code null} if there is none.
     */
    static @Nullable String lastLine(Path file) throws IOException {
        if (!Files.exists(file)) {
            return null;
        }
        byte[] tail;
        try (RandomAccessFile content = new RandomAccessFile(file.toFile(), "r")) {
            tail = new byte[(int) Math.min(TAIL, content.length())];
            content.seek(content.length() - tail.length);
            content.readFully(tail);
        }
        String last = null;
        Link found = null;
        for (String line : new String(tail, StandardCharsets.UTF_8).lines().toList().reversed()) {
            Link link = Link.of(line);
            if (link != null
                    && (found == null || (link.chain().equals(found.chain()) && link.sequence() > found.sequence()))) {
                found = link;
                last = line;
            }
        }
        return last;
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
     * Place of a line in its chain.
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
