package io.github.x402spring.sample;

import java.net.http.HttpResponse;
import java.time.Instant;

import io.github.x402spring.codec.PaymentHeaderCodec;
import io.github.x402spring.protocol.PaymentRequired;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.test.TestWallet;

/**
 * Reads what an answer asks for.
 */
final class Terms {

    private static final PaymentHeaderCodec CODEC = new PaymentHeaderCodec(64 * 1024);

    private Terms() {
    }

    static PaymentRequired required(HttpResponse<?> answer) {
        return CODEC.decodePaymentRequired(answer.headers().firstValue("PAYMENT-REQUIRED").orElseThrow()).orElseThrow();
    }

    /** The terms that the server likes best. */
    static PaymentRequirements of(HttpResponse<?> answer) {
        return required(answer).accepts().get(0);
    }

    /** Signs a payment under those terms, with a wallet that is used once. */
    static String pay(HttpResponse<?> answer) {
        return TestWallet.create().pay(of(answer), Instant.now()).header();
    }

}
