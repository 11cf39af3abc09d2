package io.github.x402spring.sample;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

import io.github.x402spring.codec.PaymentHeaderCodec;
import io.github.x402spring.protocol.PaymentRequirements;

/**
 * Terms of the shops that run in processes of their own. Many payments are signed under
 * the same ones.
 */
final class Terms {

    private Terms() {
    }

    /** Returns the terms of a quote. */
    static PaymentRequirements of(ShopProcess shop) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            String header = client
                .send(HttpRequest.newBuilder(URI.create(shop.origin() + "/quote")).build(),
                        HttpResponse.BodyHandlers.discarding())
                .headers()
                .firstValue("PAYMENT-REQUIRED")
                .orElseThrow();
            return new PaymentHeaderCodec(64 * 1024).decodePaymentRequired(header).orElseThrow().accepts().get(0);
        }
    }

}
