package io.github.x402spring.autoconfigure.security;

import java.net.URI;

import org.jspecify.annotations.Nullable;

/**
 * Check of addresses from the configuration that are called or published.
 */
final class HttpAddress {

    private HttpAddress() {
    }

    /**
     * Returns whether an address is an absolute one of HTTP, without credentials and
     * without a fragment.
     */
    static boolean isValid(@Nullable URI address) {
        return address != null && address.getHost() != null && address.getRawUserInfo() == null
                && address.getRawFragment() == null
                && ("http".equalsIgnoreCase(address.getScheme()) || "https".equalsIgnoreCase(address.getScheme()));
    }

}
