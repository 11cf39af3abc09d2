package io.github.x402spring.http;

import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

import io.github.x402spring.codec.DecodedPayment;
import io.github.x402spring.codec.PaymentHeaderCodec;
import io.github.x402spring.protocol.PaymentRequired;
import io.github.x402spring.protocol.SettleResponse;

/**
 * Version 2 of x402: terms and receipts are in headers.
 *
 * @see <a href="https://github.com/x402-foundation/x402/tree/main/specs">x402 version 2,
 * HTTP transport</a>
 */
final class X402V2Dialect implements PaymentDialect {

    static final String CREDENTIAL = "PAYMENT-SIGNATURE";

    static final String CHALLENGE = "PAYMENT-REQUIRED";

    static final String RECEIPT = "PAYMENT-RESPONSE";

    private final PaymentHeaderCodec codec;

    X402V2Dialect(PaymentHeaderCodec codec) {
        this.codec = codec;
    }

    @Override
    public Enumeration<String> credentials(Function<String, Enumeration<String>> headers) {
        return headers.apply(CREDENTIAL);
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
        return List.of(new HeaderField(CHALLENGE, this.codec.encode(terms.toMap())));
    }

    @Override
    public Map<String, Object> readable(PaymentRequired terms) {
        return terms.toMap();
    }

    @Override
    public HeaderField receipt(SettleResponse receipt) {
        return new HeaderField(RECEIPT, this.codec.encode(receipt.toMap()));
    }

    @Override
    public String toString() {
        return "x402 version 2";
    }

}
