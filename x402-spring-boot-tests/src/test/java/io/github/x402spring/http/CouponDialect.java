package io.github.x402spring.http;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.codec.DecodedPayment;
import io.github.x402spring.codec.PaymentHeaderCodec;
import io.github.x402spring.protocol.PaymentRequired;
import io.github.x402spring.protocol.SettleResponse;

/**
 * Dialect that is an authentication scheme: its payments share a header with those of
 * other schemes, it challenges for each way to pay, and failures have no receipt.
 */
final class CouponDialect implements PaymentDialect {

    private static final String SCHEME = "Coupon ";

    private final PaymentHeaderCodec codec;

    CouponDialect(PaymentHeaderCodec codec) {
        this.codec = codec;
    }

    @Override
    public Enumeration<String> credentials(Function<String, Enumeration<String>> headers) {
        List<String> credentials = new ArrayList<>();
        Enumeration<String> values = headers.apply("Authorization");
        while (values.hasMoreElements()) {
            String value = values.nextElement();
            if (value.startsWith(SCHEME)) {
                credentials.add(value.substring(SCHEME.length()));
            }
        }
        return Collections.enumeration(credentials);
    }

    @Override
    public DecodedPayment decode(String credential) {
        return this.codec.decodePayment(credential);
    }

    @Override
    public boolean taken() {
        return true;
    }

    @Override
    public List<HeaderField> challenge(PaymentRequired terms) {
        return terms.accepts()
            .stream()
            .map((offer) -> new HeaderField("WWW-Authenticate", SCHEME + "amount=\"" + offer.amount() + "\""))
            .toList();
    }

    @Override
    public Map<String, Object> readable(PaymentRequired terms) {
        return Map.of("coupons", terms.accepts().size());
    }

    @Override
    public @Nullable HeaderField receipt(SettleResponse receipt) {
        return receipt.success() ? new HeaderField("Coupon-Receipt", receipt.transaction()) : null;
    }

}
