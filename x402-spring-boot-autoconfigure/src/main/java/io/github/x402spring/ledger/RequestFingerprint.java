package io.github.x402spring.ledger;

import java.util.HexFormat;
import java.util.Objects;

/**
 * Identity of the request that a payment is bound to: SHA-256 over handler, method,
 * canonical resource, query and body digest, each with its length in front.
 *
 * @param value 64 hexadecimal digits
 * @since 0.1.0
 */
public record RequestFingerprint(String value) {

    private static final int DIGITS = 64;

    public RequestFingerprint {
        Objects.requireNonNull(value, "'value' must not be null");
        if (!isDigest(value)) {
            throw new IllegalArgumentException("'value' must be a SHA-256 digest in hexadecimal");
        }
    }

    /**
     * Computes the fingerprint of a request.
     * @param handler what serves the request, under a name that is the same on every
     * instance: headers may choose one of several for the same address
     * @param method the HTTP method
     * @param resource the canonical address of the resource
     * @param query the query as sent, or the empty string
     * @param bodyDigest a digest of the body; empty if there is none
     * @return the fingerprint
     */
    public static RequestFingerprint of(String handler, String method, String resource, String query,
            byte[] bodyDigest) {
        byte[] digest = new FieldDigest().add(handler).add(method).add(resource).add(query).add(bodyDigest).digest();
        return new RequestFingerprint(HexFormat.of().formatHex(digest));
    }

    static boolean isDigest(String value) {
        if (value.length() != DIGITS) {
            return false;
        }
        for (int i = 0; i < value.length(); i++) {
            if (!HexFormat.isHexDigit(value.charAt(i))) {
                return false;
            }
        }
        return true;
    }

}
