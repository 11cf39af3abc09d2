package io.github.x402spring.scheme;

import java.util.Objects;

import io.github.x402spring.scheme.Screening.Authorization;

/**
 * Payment to one of the server's own recipients, whatever its amount and validity.
 *
 * @param authorization the authorization that the payer signed
 * @param proved whether the signature was proved to be the payer's; {@code false} if only
 * a chain can confirm it
 * @since 0.1.0
 */
public record SignedPayment(Authorization authorization, boolean proved) {

    public SignedPayment {
        Objects.requireNonNull(authorization, "'authorization' must not be null");
    }

}
