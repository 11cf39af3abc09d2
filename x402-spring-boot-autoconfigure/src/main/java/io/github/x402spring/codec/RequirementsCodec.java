package io.github.x402spring.codec;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

import io.github.x402spring.protocol.PaymentRequirements;

/**
 * Codec of payment requirements as JSON text, for storage. Thread-safe.
 *
 * @since 0.1.0
 */
public final class RequirementsCodec {

    /** Maximum length of the text, in bytes. */
    public static final int MAX_LENGTH = 65_535;

    private static final int MAX_ENCODED = 1000;

    private final WireJson json = new WireJson(MAX_LENGTH);

    /** Most payments are made under the same few terms. */
    private final ConcurrentMap<PaymentRequirements, String> encoded = new ConcurrentHashMap<>();

    /**
     * Writes requirements.
     * @param requirements the requirements
     * @return the JSON text
     * @throws IllegalArgumentException if it would be longer than {@link #MAX_LENGTH}
     * bytes
     */
    public String encode(PaymentRequirements requirements) {
        String known = this.encoded.get(requirements);
        if (known != null) {
            return known;
        }
        byte[] document = this.json.write(requirements.toMap());
        if (document.length > MAX_LENGTH) {
            throw new IllegalArgumentException("'requirements' must not be longer than " + MAX_LENGTH + " bytes");
        }
        String text = new String(document, StandardCharsets.UTF_8);
        if (this.encoded.size() >= MAX_ENCODED) {
            this.encoded.clear();
        }
        this.encoded.put(requirements, text);
        return text;
    }

    /**
     * Reads requirements that {@link #encode} wrote. Numbers in {@code extra} become
     * {@code BigInteger} or {@code BigDecimal}.
     * @param text the JSON text
     * @return the requirements
     * @throws MalformedJsonException if the text is anything else
     */
    public PaymentRequirements decode(String text) throws MalformedJsonException {
        return WireMessages.paymentRequirements(this.json.readObject(text.getBytes(StandardCharsets.UTF_8)));
    }

}
