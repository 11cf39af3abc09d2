package io.github.x402spring.webmvc;

import java.io.IOException;
import java.time.Instant;
import java.util.Optional;

import io.github.x402spring.codec.PaymentHeaderCodec;
import io.github.x402spring.protocol.PaymentRequired;
import io.github.x402spring.protocol.SettleResponse;
import io.github.x402spring.test.TestWallet;
import io.github.x402spring.webmvc.RawHttpClient.RawRequest;
import io.github.x402spring.webmvc.RawHttpClient.RawResponse;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Reads the terms, signs, and pays.
 */
final class ShopCustomer {

    private static final PaymentHeaderCodec CODEC = new PaymentHeaderCodec(64 * 1024);

    private final RawHttpClient client;

    private final TestWallet wallet = TestWallet.create();

    ShopCustomer(int port) {
        this.client = new RawHttpClient(port);
    }

    RawHttpClient client() {
        return this.client;
    }

    RawResponse send(RawRequest request) throws IOException {
        return this.client.send(request);
    }

    /** Adds a payment under the terms that the request itself is answered with. */
    RawRequest paying(RawRequest request) throws IOException {
        return paying(request, request);
    }

    RawRequest paying(RawRequest request, RawRequest asking) throws IOException {
        PaymentRequired terms = terms(send(asking)).orElseThrow();
        return request.header("PAYMENT-SIGNATURE", this.wallet.pay(terms.accepts().get(0), Instant.now()).header());
    }

    static Optional<PaymentRequired> terms(RawResponse response) {
        assertThat(response.all("PAYMENT-REQUIRED")).hasSizeLessThan(2);
        return CODEC.decodePaymentRequired(response.first("PAYMENT-REQUIRED"));
    }

    static Optional<SettleResponse> receipt(RawResponse response) {
        assertThat(response.all("PAYMENT-RESPONSE")).hasSizeLessThan(2);
        return CODEC.decodeSettleResponse(response.first("PAYMENT-RESPONSE"));
    }

}
