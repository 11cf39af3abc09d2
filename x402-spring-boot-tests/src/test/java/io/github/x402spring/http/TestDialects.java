package io.github.x402spring.http;

import io.github.x402spring.codec.PaymentHeaderCodec;

/**
 * The dialects of x402 by their version.
 */
public final class TestDialects {

    private static final PaymentHeaderCodec CODEC = new PaymentHeaderCodec(64 * 1024);

    private static final PaymentDialect SECOND = new X402V2Dialect(CODEC);

    private static final PaymentDialect FIRST = new X402V1Dialect(CODEC, SECOND, true);

    private TestDialects() {
    }

    public static PaymentDialect version(int version) {
        return (version == 1) ? FIRST : SECOND;
    }

}
