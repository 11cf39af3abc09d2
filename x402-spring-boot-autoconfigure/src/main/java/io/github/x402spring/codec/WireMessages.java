package io.github.x402spring.codec;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.PaymentRequired;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.ReasonCode;
import io.github.x402spring.protocol.ResourceInfo;
import io.github.x402spring.protocol.SettleResponse;
import io.github.x402spring.protocol.SupportedKind;
import io.github.x402spring.protocol.TokenAmount;
import io.github.x402spring.protocol.VerifyResponse;

/**
 * Turns trees from outside into the wire's records. Required members must be there and
 * have their type; {@code null} in an optional one is absence; unknown members are passed
 * over.
 *
 * @since 0.1.0
 */
public final class WireMessages {

    private static final int MAX_ITEMS = 1000;

    private WireMessages() {
    }

    /**
     * Reads a facilitator's answer to {@code /verify}.
     * @param tree the answer
     * @return the record
     * @throws MalformedJsonException if it has another shape
     */
    public static VerifyResponse verifyResponse(Map<String, @Nullable Object> tree) throws MalformedJsonException {
        boolean valid = bool(tree, "isValid");
        ReasonCode reason = ReasonCode.of(optionalText(tree, "invalidReason"));
        return new VerifyResponse(valid, valid ? null : reason, optionalText(tree, "payer"));
    }

    /**
     * Reads a facilitator's answer to {@code /settle}, or a receipt.
     * @param tree the answer
     * @return the record
     * @throws MalformedJsonException if it has another shape
     */
    public static SettleResponse settleResponse(Map<String, @Nullable Object> tree) throws MalformedJsonException {
        boolean success = bool(tree, "success");
        ReasonCode reason = ReasonCode.of(optionalText(tree, "errorReason"));
        String transaction = optionalText(tree, "transaction");
        String network = optionalText(tree, "network");
        if (success && (transaction == null || network == null)) {
            throw new MalformedJsonException("A settled answer needs transaction and network");
        }
        return new SettleResponse(success, success ? null : reason, optionalText(tree, "payer"),
                (transaction != null) ? transaction : "", (network != null) ? network : "");
    }

    /**
     * Reads a facilitator's answer to {@code /supported}.
     * @param tree the answer
     * @return the kinds that it handles
     * @throws MalformedJsonException if it has another shape
     */
    public static List<SupportedKind> supportedKinds(Map<String, @Nullable Object> tree) throws MalformedJsonException {
        List<SupportedKind> kinds = new ArrayList<>();
        for (Object item : list(tree, "kinds")) {
            Map<String, @Nullable Object> kind = object(item, "kinds");
            kinds.add(new SupportedKind(version(kind), text(kind, "scheme"), text(kind, "network")));
        }
        return kinds;
    }

    static PaymentRequired paymentRequired(Map<String, @Nullable Object> tree) throws MalformedJsonException {
        if (integer(tree, "x402Version") != 2) {
            throw new MalformedJsonException("x402Version is not 2");
        }
        Map<String, @Nullable Object> resource = object(tree.get("resource"), "resource");
        String description = optionalText(resource, "description");
        String mimeType = optionalText(resource, "mimeType");
        String url = text(resource, "url");
        if (url.isEmpty()) {
            throw new MalformedJsonException("resource.url is empty");
        }
        List<PaymentRequirements> accepts = new ArrayList<>();
        for (Object item : list(tree, "accepts")) {
            accepts.add(paymentRequirements(object(item, "accepts")));
        }
        Object extensions = tree.get("extensions");
        return new PaymentRequired(optionalText(tree, "error"),
                new ResourceInfo(url, (description != null) ? description : "", (mimeType != null) ? mimeType : ""),
                accepts, (extensions != null) ? withoutNulls(object(extensions, "extensions")) : Map.of());
    }

    private static PaymentRequirements paymentRequirements(Map<String, @Nullable Object> tree)
            throws MalformedJsonException {
        TokenAmount amount = TokenAmount.tryParse(text(tree, "amount"))
            .orElseThrow(() -> new MalformedJsonException("amount is not an amount"));
        Network network = Network.tryParse(text(tree, "network"))
            .orElseThrow(() -> new MalformedJsonException("network is not a CAIP-2 name"));
        long maxTimeoutSeconds = integer(tree, "maxTimeoutSeconds");
        if (maxTimeoutSeconds <= 0) {
            throw new MalformedJsonException("maxTimeoutSeconds is not positive");
        }
        Object extra = tree.get("extra");
        return new PaymentRequirements(text(tree, "scheme"), network, amount, text(tree, "asset"), text(tree, "payTo"),
                maxTimeoutSeconds, (extra != null) ? withoutNulls(object(extra, "extra")) : Map.of());
    }

    private static Map<String, Object> withoutNulls(Map<String, @Nullable Object> tree) {
        Map<String, Object> map = new LinkedHashMap<>();
        tree.forEach((name, value) -> {
            if (value != null) {
                map.put(name, value);
            }
        });
        return map;
    }

    private static boolean bool(Map<String, @Nullable Object> tree, String name) throws MalformedJsonException {
        if (tree.get(name) instanceof Boolean value) {
            return value;
        }
        throw new MalformedJsonException(name + " is not a boolean");
    }

    private static int version(Map<String, @Nullable Object> tree) throws MalformedJsonException {
        long version = integer(tree, "x402Version");
        if (version != (int) version) {
            throw new MalformedJsonException("x402Version is out of range");
        }
        return (int) version;
    }

    private static long integer(Map<String, @Nullable Object> tree, String name) throws MalformedJsonException {
        Object value = tree.get(name);
        try {
            if (value instanceof BigInteger integer) {
                return integer.longValueExact();
            }
            if (value instanceof BigDecimal decimal) {
                return decimal.longValueExact();
            }
        }
        catch (ArithmeticException ex) {
            throw new MalformedJsonException(name + " is out of range");
        }
        throw new MalformedJsonException(name + " is not a whole number");
    }

    private static String text(Map<String, @Nullable Object> tree, String name) throws MalformedJsonException {
        if (tree.get(name) instanceof String value) {
            return value;
        }
        throw new MalformedJsonException(name + " is not a string");
    }

    private static @Nullable String optionalText(Map<String, @Nullable Object> tree, String name)
            throws MalformedJsonException {
        return (tree.get(name) != null) ? text(tree, name) : null;
    }

    private static List<?> list(Map<String, @Nullable Object> tree, String name) throws MalformedJsonException {
        if (tree.get(name) instanceof List<?> list && list.size() <= MAX_ITEMS) {
            return list;
        }
        throw new MalformedJsonException(name + " is not a list");
    }

    @SuppressWarnings("unchecked")
    private static Map<String, @Nullable Object> object(@Nullable Object value, String name)
            throws MalformedJsonException {
        if (value instanceof Map) {
            return (Map<String, @Nullable Object>) value;
        }
        throw new MalformedJsonException(name + " is not an object");
    }

}
