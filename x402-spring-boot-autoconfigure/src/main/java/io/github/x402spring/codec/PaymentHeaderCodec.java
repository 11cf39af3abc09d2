package io.github.x402spring.codec;

import java.math.BigInteger;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.protocol.PaymentRequired;
import io.github.x402spring.protocol.SettleResponse;

/**
 * Codec of the x402 headers: compact UTF-8 JSON in standard, padded base64. Decoding
 * checks the length first, then the alphabet, then the JSON, then the types. Thread-safe.
 *
 * @since 0.1.0
 * @see <a href="https://github.com/x402-foundation/x402/tree/main/specs">x402 version 2,
 * HTTP transport</a>
 */
public final class PaymentHeaderCodec {

    private final WireJson json;

    private final int maxHeaderLength;

    /**
     * Creates a codec.
     * @param maxHeaderLength the longest header that is decoded, in characters
     */
    public PaymentHeaderCodec(int maxHeaderLength) {
        this.maxHeaderLength = maxHeaderLength;
        this.json = new WireJson(maxHeaderLength);
    }

    /**
     * Encodes a message for a header.
     * @param message the message's tree
     * @return the header value
     */
    public String encode(Map<String, ?> message) {
        return Base64.getEncoder().encodeToString(this.json.write(message));
    }

    /**
     * Decodes {@code PAYMENT-SIGNATURE}.
     * @param header the header value
     * @return the payment, or what is wrong
     */
    public DecodedPayment decodePayment(String header) {
        try {
            return new DecodedPayment.Readable(WireMessages.paymentPayload(decodeObject(header), 2));
        }
        catch (MalformedJsonException ex) {
            return new DecodedPayment.Unreadable(String.valueOf(ex.getMessage()));
        }
    }

    /**
     * Decodes {@code X-PAYMENT}, the header of version 1, in which some payers send
     * version 2.
     * @param header the header value
     * @return the payment in the version that it names, or what is wrong
     */
    public DecodedPayment decodeXPayment(String header) {
        try {
            Map<String, @Nullable Object> tree = decodeObject(header);
            boolean first = WholeNumbers.tryRead(tree.get("x402Version")).filter(BigInteger.ONE::equals).isPresent();
            return new DecodedPayment.Readable(WireMessages.paymentPayload(tree, first ? 1 : 2));
        }
        catch (MalformedJsonException ex) {
            return new DecodedPayment.Unreadable(String.valueOf(ex.getMessage()));
        }
    }

    /**
     * Decodes {@code PAYMENT-REQUIRED}, for the paying side.
     * @param header the header value
     * @return the terms with the ways to pay that are readable; empty if the header does
     * not hold any terms
     */
    public Optional<PaymentRequired> decodePaymentRequired(String header) {
        return decodeTerms(header).map(DecodedTerms::required);
    }

    /**
     * Decodes {@code PAYMENT-REQUIRED} with the entries that cannot be read, for the
     * paying side.
     * @param header the header value
     * @return the terms; empty if the header does not hold any
     */
    public Optional<DecodedTerms> decodeTerms(String header) {
        try {
            return Optional.of(WireMessages.terms(decodeObject(header)));
        }
        catch (MalformedJsonException ex) {
            return Optional.empty();
        }
    }

    /**
     * Decodes {@code PAYMENT-RESPONSE}, for the paying side.
     * @param header the header value
     * @return the receipt; empty if the header does not hold one
     */
    public Optional<SettleResponse> decodeSettleResponse(String header) {
        try {
            return Optional.of(WireMessages.settleResponse(decodeObject(header)));
        }
        catch (MalformedJsonException ex) {
            return Optional.empty();
        }
    }

    /**
     * Decodes the header of an extension, such as {@code SIGN-IN-WITH-X}.
     * @param header the header value
     * @return the message's tree; empty if the header does not hold one
     */
    public Optional<Map<String, @Nullable Object>> decodeExtension(String header) {
        try {
            return Optional.of(decodeObject(header));
        }
        catch (MalformedJsonException ex) {
            return Optional.empty();
        }
    }

    private Map<String, @Nullable Object> decodeObject(String header) throws MalformedJsonException {
        if (header.length() > this.maxHeaderLength) {
            throw new MalformedJsonException("The header is too long");
        }
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(header);
        }
        catch (IllegalArgumentException ex) {
            throw new MalformedJsonException("The header is not base64");
        }
        return this.json.readObject(bytes);
    }

}
