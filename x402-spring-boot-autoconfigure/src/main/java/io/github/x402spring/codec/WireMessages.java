package io.github.x402spring.codec;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.protocol.FacilitatorRemark;
import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.PaymentPayload;
import io.github.x402spring.protocol.PaymentRequired;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.ReasonCode;
import io.github.x402spring.protocol.ResourceInfo;
import io.github.x402spring.protocol.SettleResponse;
import io.github.x402spring.protocol.SupportedKind;
import io.github.x402spring.protocol.TokenAmount;
import io.github.x402spring.protocol.VerifyResponse;

/**
 * Reader of the wire's records from trees. Required members must be there and have their
 * type; {@code null} in an optional one is absence; unknown members are ignored.
 *
 * @since 0.1.0
 */
public final class WireMessages {

    private static final int MAX_ITEMS = 1000;

    private static final Pattern DECIMAL = Pattern.compile("[+-]?[0-9]+");

    private static final int MAX_AMOUNT_LENGTH = 256;

    private static final BigDecimal MAX_AMOUNT = new BigDecimal(BigInteger.TWO.pow(256));

    private static final ResourceInfo UNKNOWN_RESOURCE = new ResourceInfo("about:blank", "", "");

    private WireMessages() {
    }

    /**
     * Reads a facilitator's reply to {@code /verify}.
     * @param tree the reply
     * @return the record
     * @throws MalformedJsonException if it has another shape
     */
    public static VerifyResponse verifyResponse(Map<String, @Nullable Object> tree) throws MalformedJsonException {
        boolean valid = bool(tree, "isValid");
        ReasonCode reason = ReasonCode.of(optionalText(tree, "invalidReason"));
        return new VerifyResponse(valid, valid ? null : reason, optionalText(tree, "payer"));
    }

    /**
     * Reads a facilitator's reply to {@code /settle}, or a receipt.
     * @param tree the reply
     * @return the record
     * @throws MalformedJsonException if it has another shape
     */
    public static SettleResponse settleResponse(Map<String, @Nullable Object> tree) throws MalformedJsonException {
        boolean success = bool(tree, "success");
        ReasonCode reason = ReasonCode.of(optionalText(tree, "errorReason"));
        String transaction = presentText(tree, "transaction");
        String network = presentText(tree, "network");
        if (success && (transaction == null || network == null)) {
            throw new MalformedJsonException("A settled reply needs transaction and network");
        }
        return new SettleResponse(success, success ? null : reason, optionalText(tree, "payer"),
                (transaction != null) ? transaction : "", (network != null) ? network : "",
                success ? amount(tree.get("amount")) : null, FacilitatorRemark.NONE);
    }

    /**
     * Reads an amount only if it is a whole number, in decimal digits or as a number of
     * JSON: other facilitators state dollars, or their fee.
     */
    private static @Nullable BigInteger amount(@Nullable Object value) throws MalformedJsonException {
        if (value instanceof String text && DECIMAL.matcher(text).matches()) {
            if (text.length() > MAX_AMOUNT_LENGTH) {
                throw new MalformedJsonException("amount is out of range");
            }
            return new BigInteger(text);
        }
        if (value instanceof BigDecimal number && number.abs().compareTo(MAX_AMOUNT) > 0) {
            throw new MalformedJsonException("amount is out of range");
        }
        return WholeNumbers.tryRead(value).orElse(null);
    }

    /**
     * Reads a facilitator's reply to {@code /supported}.
     * @param tree the reply
     * @return the kinds that it handles
     * @throws MalformedJsonException if it has another shape
     */
    public static List<SupportedKind> supportedKinds(Map<String, @Nullable Object> tree) throws MalformedJsonException {
        List<SupportedKind> kinds = new ArrayList<>();
        for (Object item : list(tree, "kinds")) {
            Map<String, @Nullable Object> kind = object(item, "kinds");
            // Other members are checked where they are used: an odd one hides no kind.
            kinds.add(new SupportedKind(version(kind), text(kind, "scheme"), text(kind, "network"),
                    (kind.get("extra") instanceof Map) ? object(kind.get("extra"), "extra") : Map.of()));
        }
        return kinds;
    }

    /**
     * Reads a request to {@code /verify} or {@code /settle} of a facilitator, in version
     * 1 or 2.
     * @param tree the request
     * @return the record
     * @throws MalformedJsonException if it has another shape
     */
    public static FacilitatorRequest facilitatorRequest(Map<String, @Nullable Object> tree)
            throws MalformedJsonException {
        int version = version(tree);
        if (version != 1 && version != 2) {
            throw new MalformedJsonException("x402Version is neither 1 nor 2");
        }
        PaymentPayload payload = paymentPayload(object(tree.get("paymentPayload"), "paymentPayload"), version);
        Map<String, @Nullable Object> terms = object(tree.get("paymentRequirements"), "paymentRequirements");
        return (version == 1)
                ? new FacilitatorRequest(payload, terms, v1Requirements(terms), resource(terms.get("resource"), terms))
                : new FacilitatorRequest(payload, terms, paymentRequirements(terms), resource(payload));
    }

    static PaymentPayload paymentPayload(Map<String, @Nullable Object> tree, int version)
            throws MalformedJsonException {
        if (!WholeNumbers.tryRead(tree.get("x402Version")).equals(Optional.of(BigInteger.valueOf(version)))) {
            throw new MalformedJsonException("x402Version is not " + version);
        }
        if (!(tree.get("payload") instanceof Map)) {
            throw new MalformedJsonException("payload is not an object");
        }
        checkResource(tree.get("resource"));
        if (version == 2) {
            checkAccepted(tree.get("accepted"));
            checkExtensions(tree.get("extensions"));
        }
        else {
            checkText(tree, "scheme");
            checkText(tree, "network");
        }
        return new PaymentPayload(version, withPlainVersion(tree, version));
    }

    /** Facilitators that read {@code 2.0} as no version get the same number as 2. */
    private static Map<String, @Nullable Object> withPlainVersion(Map<String, @Nullable Object> tree, int version) {
        BigInteger plain = BigInteger.valueOf(version);
        if (plain.equals(tree.get("x402Version"))) {
            return tree;
        }
        Map<String, @Nullable Object> copy = new LinkedHashMap<>(tree);
        copy.put("x402Version", plain);
        return copy;
    }

    /**
     * Reads each way to pay independently: an odd one hides no other. Everything else is
     * information, of which odd parts count as absent.
     */
    static DecodedTerms terms(Map<String, @Nullable Object> tree) throws MalformedJsonException {
        if (integer(tree, "x402Version") != 2) {
            throw new MalformedJsonException("x402Version is not 2");
        }
        List<DecodedTerms.Offer> offers = new ArrayList<>();
        List<PaymentRequirements> accepts = new ArrayList<>();
        for (Object item : list(tree, "accepts")) {
            DecodedTerms.Offer offer = offer(item);
            offers.add(offer);
            if (offer instanceof DecodedTerms.Offer.Readable readable) {
                accepts.add(readable.requirements());
            }
        }
        Object extensions = tree.get("extensions");
        PaymentRequired required = new PaymentRequired((tree.get("error") instanceof String error) ? error : null,
                (tree.get("resource") instanceof Map<?, ?> resource) ? resource(resource.get("url"), resource)
                        : UNKNOWN_RESOURCE,
                accepts, (extensions instanceof Map) ? withoutNulls(object(extensions, "extensions")) : Map.of());
        return new DecodedTerms(required, offers, tree);
    }

    private static DecodedTerms.Offer offer(@Nullable Object item) {
        try {
            Map<String, @Nullable Object> tree = object(item, "the entry");
            return new DecodedTerms.Offer.Readable(paymentRequirements(tree), tree);
        }
        catch (MalformedJsonException ex) {
            return new DecodedTerms.Offer.Unreadable(String.valueOf(ex.getMessage()));
        }
    }

    static PaymentRequirements paymentRequirements(Map<String, @Nullable Object> tree) throws MalformedJsonException {
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

    private static PaymentRequirements v1Requirements(Map<String, @Nullable Object> terms)
            throws MalformedJsonException {
        Map<String, @Nullable Object> tree = new LinkedHashMap<>(terms);
        tree.put("amount", terms.get("maxAmountRequired"));
        tree.put("network",
                Network.ofV1Name(text(terms, "network"))
                    .orElseThrow(() -> new MalformedJsonException("network is no name of version 1"))
                    .toString());
        return paymentRequirements(tree);
    }

    /** The resource is information only: odd parts count as absent. */
    private static ResourceInfo resource(PaymentPayload payload) {
        return (payload.tree().get("resource") instanceof Map<?, ?> resource) ? resource(resource.get("url"), resource)
                : UNKNOWN_RESOURCE;
    }

    private static ResourceInfo resource(@Nullable Object url, Map<?, ?> details) {
        if (!(url instanceof String address) || address.isEmpty()) {
            return UNKNOWN_RESOURCE;
        }
        return new ResourceInfo(address, (details.get("description") instanceof String text) ? text : "",
                (details.get("mimeType") instanceof String text) ? text : "");
    }

    /** Version 2 has an object here, version 1 an address. */
    private static void checkResource(@Nullable Object resource) throws MalformedJsonException {
        Object address = (resource instanceof Map<?, ?> map) ? map.get("url") : resource;
        if (address != null && !(address instanceof String)) {
            throw new MalformedJsonException("resource is neither an object with an address nor an address");
        }
    }

    /** A facilitator that fails on them would seem unavailable to all payers. */
    private static void checkExtensions(@Nullable Object extensions) throws MalformedJsonException {
        boolean objects = extensions == null || (extensions instanceof Map<?, ?> map
                && map.values().stream().allMatch((value) -> value == null || value instanceof Map));
        if (!objects) {
            throw new MalformedJsonException("extensions is not an object of objects");
        }
    }

    /**
     * Members that are absent within the terms are a mismatch, judged later; members of
     * another type are not the protocol.
     */
    private static void checkAccepted(@Nullable Object accepted) throws MalformedJsonException {
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
        if (!(value instanceof Number)) {
            throw new MalformedJsonException(name + " is not a number");
        }
        BigInteger number = WholeNumbers.tryRead(value)
            .orElseThrow(() -> new MalformedJsonException(name + " is not a whole number"));
        if (number.bitLength() >= Long.SIZE) {
            throw new MalformedJsonException(name + " is out of range");
        }
        return number.longValue();
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

    private static @Nullable String presentText(Map<String, @Nullable Object> tree, String name)
            throws MalformedJsonException {
        String text = optionalText(tree, name);
        return (text != null && !text.isBlank()) ? text : null;
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
