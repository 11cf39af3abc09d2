package io.github.x402spring.autoconfigure.observation;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Locale;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

import org.springframework.util.Assert;

/**
 * Stands for a payer by a keyed hash of its address, so that records of one payer can be
 * found without saying who it is. Thread-safe.
 */
final class PayerHash {

    /** Minimum length of a key, in characters. */
    static final int MIN_KEY_LENGTH = 16;

    private static final String ALGORITHM = "HmacSHA256";

    private static final int LENGTH = 16;

    private final SecretKeySpec key;

    PayerHash(String key) {
        Assert.isTrue(key.length() >= MIN_KEY_LENGTH, "'key' is too short");
        this.key = new SecretKeySpec(key.getBytes(StandardCharsets.UTF_8), ALGORITHM);
    }

    private PayerHash(byte[] key) {
        this.key = new SecretKeySpec(key, ALGORITHM);
    }

    /** Creates a hash with a random key, valid for the life of this instance. */
    static PayerHash random() {
        byte[] key = new byte[32];
        new SecureRandom().nextBytes(key);
        return new PayerHash(key);
    }

    /** Hashes a payer's address, in any case, to 32 hexadecimal digits. */
    String of(String payer) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(this.key);
            byte[] hash = mac.doFinal(payer.toLowerCase(Locale.ROOT).getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, LENGTH);
        }
        catch (GeneralSecurityException ex) {
            throw new IllegalStateException("Every Java platform has " + ALGORITHM, ex);
        }
    }

}
