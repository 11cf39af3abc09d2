package io.github.x402spring.autoconfigure.observation;

import java.util.List;

import io.github.x402spring.asset.AssetRegistry;

/**
 * Names of payments in tests.
 */
final class NamesFixture {

    static final PaymentNames NAMES = new PaymentNames(new AssetRegistry(List.of()), new PayerHash("0123456789abcdef"),
            "http");

    private NamesFixture() {
    }

}
