package io.github.x402spring.webmvc.hold;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Objects;

/**
 * SHA-256 digest of status, media type and body of a response that is held as a whole.
 */
final class ResponseDigest {

    /** To be copied: looking an algorithm up costs as much as digesting a short text. */
    private static final MessageDigest SHA_256 = lookUp();

    private ResponseDigest() {
    }

    /**
     * Computes the digest.
     * @return 64 hexadecimal digits
     */
    static String of(HeldResponse held) {
        MessageDigest digest = sha256();
        String type = Objects.requireNonNullElse(held.getContentType(), "");
        digest.update((held.getStatus() + " " + type.length() + " " + type).getBytes(StandardCharsets.UTF_8));
        held.body().digest(digest);
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest sha256() {
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
