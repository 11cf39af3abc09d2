package io.github.x402spring.webmvc.hold;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Objects;

import io.github.x402spring.ledger.FieldDigest;

/**
 * SHA-256 digest of status, media type and body of a response that is held as a whole.
 */
final class ResponseDigest {

    private ResponseDigest() {
    }

    /**
     * Computes the digest.
     * @return 64 hexadecimal digits
     */
    static String of(HeldResponse held) {
        MessageDigest digest = FieldDigest.sha256();
        String type = Objects.requireNonNullElse(held.getContentType(), "");
        digest.update((held.getStatus() + " " + type.length() + " " + type).getBytes(StandardCharsets.UTF_8));
        held.body().digest(digest);
        return HexFormat.of().formatHex(digest.digest());
    }

}
