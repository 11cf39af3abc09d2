package io.github.x402spring.codec;

import java.math.BigInteger;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.protocol.PaymentPayload;
import io.github.x402spring.protocol.PaymentRequired;
import io.github.x402spring.protocol.SettleResponse;
import io.github.x402spring.protocol.TokenAmount;

/**
 * Encodes and decodes the x402 headers: compact UTF-8 JSON in standard, padded base64.
 * Decoding checks the length first, then the alphabet, then the JSON, then the types.
 * Thread-safe.
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
        return decodePayment(header, 2);
    }

    /**
     * Decodes {@code X-PAYMENT} of x402 version 1.
     * @param header the header value
     * @return the payment, or what is wrong
     */
    public DecodedPayment decodeV1Payment(String header) {
        return decodePayment(header, 1);
    }

    /**
     * Decodes {@code PAYMENT-REQUIRED}, for the paying side.
     * @param header the header value
     * @return the terms; empty if the header does not hold any
     */
    public Optional<PaymentRequired> decodePaymentRequired(String header) {
        try {
            return Optional.of(WireMessages.paymentRequired(decodeObject(header)));
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

    private DecodedPayment decodePayment(String header, int version) {
        try {
            Map<String, @Nullable Object> tree = decodeObject(header);
            if (!BigInteger.valueOf(version).equals(tree.get("x402Version"))) {
                return new DecodedPayment.Unreadable("x402Version is not " + version);
            }
            if (!(tree.get("payload") instanceof Map)) {
                return new DecodedPayment.Unreadable("payload is not an object");
            }
            if (version == 2) {
                checkAccepted(tree.get("accepted"));
            }
            else {
                checkText(tree, "scheme");
                checkText(tree, "network");
            }
            return new DecodedPayment.Readable(new PaymentPayload(version, tree));
        }
        catch (MalformedJsonException ex) {
            return new DecodedPayment.Unreadable(String.valueOf(ex.getMessage()));
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

    /**
     * Absent members are a mismatch, judged later; members of another type are not the
     * protocol.
     */
    private static void checkAccepted(@Nullable Object accepted) throws MalformedJsonException {
        if (accepted == null) {
            return;
        }
        if (!(accepted instanceof Map<?, ?> map)) {
            throw new MalformedJsonException("accepted is not an object");
        }
        for (String name : new String[] { "scheme", "network", "amount", "asset", "payTo" }) {
            checkText(map, name);
        }
        if (map.get("amount") instanceof String amount && TokenAmount.tryParse(amount).isEmpty()) {
            throw new MalformedJsonException("accepted.amount is not an amount");
        }
        if (map.containsKey("maxTimeoutSeconds") && !(map.get("maxTimeoutSeconds") instanceof Number)) {
            throw new MalformedJsonException("accepted.maxTimeoutSeconds is not a number");
        }
        Object extra = map.get("extra");
        if (extra != null && !(extra instanceof Map)) {
            throw new MalformedJsonException("accepted.extra is not an object");
        }
    }

    private static void checkText(Map<?, ?> map, String name) throws MalformedJsonException {
        if (map.containsKey(name) && !(map.get(name) instanceof String)) {
            throw new MalformedJsonException(name + " is not a string");
        }
    }

}
