package io.github.x402spring.security.web;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

import org.springframework.util.Assert;

/**
 * Nonces that are sealed with a key rather than stored, so that strangers who request
 * terms fill no memory: second of issue, random bits, and an HMAC over both. Only nonces
 * that a wallet signed are stored, until they expire. Instances that share a key accept
 * each other's nonces, and each stores the used ones for itself.
 */
final class SealedSignInNonces implements SignInNonces {

    private static final int LENGTH = 16;

    private static final int TIME_LENGTH = 4;

    /** Time and random bits. */
    private static final int OPEN_LENGTH = 9;

    private static final int MIN_KEY_LENGTH = 32;

    private static final long MAX_LIFETIME_SECONDS = 300;

    private static final int MAX_USED = 1_000_000;

    private static final long PURGE_INTERVAL_SECONDS = 10;

    private final SecureRandom random = new SecureRandom();

    private final SecretKeySpec key;

    private final long lifetimeSeconds;

    private final Clock clock;

    /** Guards the used nonces; never held across I/O. */
    private final ReentrantLock lock = new ReentrantLock();

    /** Used nonces with the second in which each expires. */
    private final Map<String, Long> used = new HashMap<>();

    private long nextPurge;

    /**
     * Creates nonces.
     * @param key the key, at least 32 bytes
     * @param lifetime the time for which a nonce is valid, at most five minutes
     * @param clock the source of time
     */
    SealedSignInNonces(byte[] key, Duration lifetime, Clock clock) {
        Assert.isTrue(key.length >= MIN_KEY_LENGTH, "'key' must have at least 32 bytes");
        Assert.isTrue(lifetime.toSeconds() > 0 && lifetime.toSeconds() <= MAX_LIFETIME_SECONDS,
                "'lifetime' must be from a second to five minutes");
        this.key = new SecretKeySpec(key, "HmacSHA256");
        this.lifetimeSeconds = lifetime.toSeconds();
        this.clock = clock;
    }

    @Override
    public String issue() {
        byte[] open = new byte[OPEN_LENGTH];
        this.random.nextBytes(open);
        ByteBuffer.wrap(open).putInt((int) now());
        byte[] nonce = new byte[LENGTH];
        System.arraycopy(open, 0, nonce, 0, OPEN_LENGTH);
        System.arraycopy(seal(open), 0, nonce, OPEN_LENGTH, LENGTH - OPEN_LENGTH);
        return HexFormat.of().formatHex(nonce);
    }

    @Override
    public boolean isValid(String nonce) {
        byte[] bytes = parse(nonce);
        if (bytes.length != LENGTH) {
            return false;
        }
        byte[] open = Arrays.copyOf(bytes, OPEN_LENGTH);
        byte[] sealed = Arrays.copyOfRange(bytes, OPEN_LENGTH, LENGTH);
        byte[] seal = Arrays.copyOf(seal(open), LENGTH - OPEN_LENGTH);
        long age = now() - issuedAt(bytes);
        return MessageDigest.isEqual(sealed, seal) && age <= this.lifetimeSeconds && age >= -this.lifetimeSeconds;
    }

    @Override
    public boolean use(String nonce) {
        long now = now();
        this.lock.lock();
        try {
            if (now >= this.nextPurge) {
                this.nextPurge = now + PURGE_INTERVAL_SECONDS;
                this.used.values().removeIf((end) -> end < now);
            }
            // A full store refuses: dropping a nonce would make it valid again.
            return this.used.size() < MAX_USED
                    && this.used.putIfAbsent(nonce, issuedAt(parse(nonce)) + this.lifetimeSeconds) == null;
        }
        finally {
            this.lock.unlock();
        }
    }

    private long now() {
        return this.clock.instant().getEpochSecond();
    }

    private static long issuedAt(byte[] nonce) {
        return Integer.toUnsignedLong(ByteBuffer.wrap(nonce, 0, TIME_LENGTH).getInt());
    }

    /** Rejects capital letters, which would spell a used nonce anew. */
    private static byte[] parse(String nonce) {
        for (int i = 0; i < nonce.length(); i++) {
            char digit = nonce.charAt(i);
            if ((digit < '0' || digit > '9') && (digit < 'a' || digit > 'f')) {
                return new byte[0];
            }
        }
        return (nonce.length() == 2 * LENGTH) ? HexFormat.of().parseHex(nonce) : new byte[0];
    }

    private byte[] seal(byte[] open) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(this.key);
            return mac.doFinal(open);
        }
        catch (GeneralSecurityException ex) {
            throw new IllegalStateException("Every Java platform has HmacSHA256", ex);
        }
    }

}
