package io.github.x402spring.http;

import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

import io.github.x402spring.codec.DecodedPayment;
import io.github.x402spring.codec.PaymentHeaderCodec;
import io.github.x402spring.protocol.PaymentPayload;
import io.github.x402spring.protocol.PaymentRequired;
import io.github.x402spring.protocol.SettleResponse;

/**
 * Version 1 of x402: terms are in the body. Some payers send version 2 in its header, and
 * are taken for what they send.
 */
final class X402V1Dialect implements PaymentDialect {

    static final String CREDENTIAL = "X-PAYMENT";

    static final String RECEIPT = "X-PAYMENT-RESPONSE";

    private final PaymentHeaderCodec codec;

    private final PaymentDialect second;

    private final boolean taken;

    X402V1Dialect(PaymentHeaderCodec codec, PaymentDialect second, boolean taken) {
        this.codec = codec;
        this.second = second;
        this.taken = taken;
    }

    @Override
    public Enumeration<String> credentials(Function<String, Enumeration<String>> headers) {
        return headers.apply(CREDENTIAL);
    }

    @Override
    public DecodedPayment decode(String credential) {
        return this.codec.decodeXPayment(credential);
    }

    @Override
    public PaymentDialect speaker(PaymentPayload payment) {
        return (payment.x402Version() == 1) ? this : this.second;
    }

    @Override
    public boolean taken() {
        return this.taken;
    }

    @Override
    public List<HeaderField> challenge(PaymentRequired terms) {
        return List.of();
    }

    @Override
    public Map<String, Object> readable(PaymentRequired terms) {
        return terms.toV1Map();
    }

    @Override
    public HeaderField receipt(SettleResponse receipt) {
        return new HeaderField(RECEIPT, this.codec.encode(receipt.toV1Map()));
    }

    @Override
    public String toString() {
        return "x402 version 1";
    }

}
