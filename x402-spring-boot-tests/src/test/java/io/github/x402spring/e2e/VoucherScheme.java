package io.github.x402spring.e2e;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.PaymentPayload;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.ReasonCode;
import io.github.x402spring.scheme.PaymentScheme;
import io.github.x402spring.scheme.Screening;

/**
 * Toy scheme whose payments are vouchers: a number, a seal that any client can make, and
 * the account that pays the fees. Shares nothing with {@code exact}.
 */
final class VoucherScheme implements PaymentScheme {

    static final String NAME = "voucher";

    static final String FEE_PAYER = "feePayer";

    static final ReasonCode WRONG_AMOUNT = new ReasonCode("voucher_wrong_amount");

    static final ReasonCode WRONG_TOKEN = new ReasonCode("voucher_wrong_token");

    static final ReasonCode WRONG_RECIPIENT = new ReasonCode("voucher_wrong_recipient");

    static final ReasonCode WRONG_FEE_PAYER = new ReasonCode("voucher_wrong_fee_payer");

    static final ReasonCode WRONG_SEAL = new ReasonCode("voucher_wrong_seal");

    static final ReasonCode EXPIRED = new ReasonCode("voucher_expired");

    private final String namespace;

    private final Pattern recipient;

    private final String prefix;

    private VoucherScheme(String namespace, String recipient, String prefix) {
        this.namespace = namespace;
        this.recipient = Pattern.compile(recipient);
        this.prefix = prefix;
    }

    /** Recipients are names of accounts, and go over the wire with a prefix. */
    static VoucherScheme onEvm() {
        return new VoucherScheme("eip155", "[a-z]{3,20}", "account:");
    }

    static VoucherScheme onSolana() {
        return new VoucherScheme("solana", "[1-9A-HJ-NP-Za-km-z]{32,44}", "");
    }

    static Map<String, Object> voucher(PaymentRequirements terms, String payer, String number, Instant expires) {
        Map<String, Object> voucher = new LinkedHashMap<>();
        voucher.put("payer", payer);
        voucher.put("network", terms.network().toString());
        voucher.put("asset", terms.asset());
        voucher.put("to", terms.payTo());
        voucher.put("amount", terms.amount().toString());
        voucher.put("number", number);
        voucher.put("expires", BigInteger.valueOf(expires.getEpochSecond()));
        voucher.put(FEE_PAYER, terms.extraText(FEE_PAYER).orElse(""));
        voucher.put("seal", seal(voucher));
        return voucher;
    }

    static String seal(Map<?, ?> voucher) {
        Map<Object, @Nullable Object> members = new TreeMap<>(voucher);
        members.remove("seal");
        try {
            return HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256")
                    .digest(members.toString().getBytes(StandardCharsets.UTF_8)));
        }
        catch (NoSuchAlgorithmException ex) {
            throw new IllegalStateException(ex);
        }
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public boolean supports(PaymentRequirements requirements) {
        return NAME.equals(requirements.scheme()) && this.namespace.equals(requirements.network().namespace());
    }

    @Override
    public String recipient(String payTo, Network network) {
        if (!this.recipient.matcher(payTo).matches()) {
            throw new IllegalArgumentException("No account has that name");
        }
        return this.prefix + payTo;
    }

    @Override
    public Set<String> facilitatorExtra() {
        return Set.of(FEE_PAYER, "name", "paymentFlow");
    }

    @Override
    public Screening screen(PaymentPayload payload, PaymentRequirements requirements, Instant now) {
        if (!supports(requirements)) {
            return new Screening.Failed(ReasonCode.UNSUPPORTED_SCHEME);
        }
        if (!(payload.payload().get("voucher") instanceof Map<?, ?> tree)
                || !(tree.get("payer") instanceof String payer) || !(tree.get("number") instanceof String number)
                || !(tree.get("expires") instanceof BigInteger expires) || expires.bitLength() > 32
                || !(tree.get("seal") instanceof String seal)) {
            return new Screening.Malformed();
        }
        ReasonCode fault = fault(tree, requirements);
        if (fault == null && !seal.equals(seal(tree))) {
            fault = WRONG_SEAL;
        }
        if (fault != null) {
            return new Screening.Failed(fault);
        }
        Screening.Authorization authorization = new Screening.Authorization(payer, number,
                Instant.ofEpochSecond(expires.longValueExact()));
        return authorization.validBefore().isBefore(now.plus(MIN_REMAINING))
                ? new Screening.Expired(authorization, EXPIRED, true) : new Screening.Passed(authorization, true);
    }

    private static @Nullable ReasonCode fault(Map<?, ?> voucher, PaymentRequirements requirements) {
        if (!requirements.network().toString().equals(voucher.get("network"))
                || !requirements.asset().equals(voucher.get("asset"))) {
            return WRONG_TOKEN;
        }
        if (!requirements.payTo().equals(voucher.get("to"))) {
            return WRONG_RECIPIENT;
        }
        if (!requirements.amount().toString().equals(voucher.get("amount"))) {
            return WRONG_AMOUNT;
        }
        return requirements.extraText(FEE_PAYER).orElse("").equals(voucher.get(FEE_PAYER)) ? null : WRONG_FEE_PAYER;
    }

}
