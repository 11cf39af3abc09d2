package io.github.x402spring.security;

import java.time.Instant;
import java.util.Locale;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.protocol.TokenAmount;

/**
 * Permission of one wallet to pay for one caller, limited in time.
 *
 * @param id the id by which the delegation can be revoked
 * @param caller the caller's name in Spring Security
 * @param payer the wallet's address; stored in lower case
 * @param maxAmount the maximum of one payment, in atomic units, or {@code null} if only
 * the price limits it
 * @param expiresAt the time at which the delegation expires
 * @since 0.1.0
 */
public record Delegation(String id, String caller, String payer, @Nullable TokenAmount maxAmount, Instant expiresAt) {

    public Delegation {
        Objects.requireNonNull(id, "'id' must not be null");
        Objects.requireNonNull(caller, "'caller' must not be null");
        payer = payer.toLowerCase(Locale.ROOT);
        Objects.requireNonNull(expiresAt, "'expiresAt' must not be null");
    }

    boolean covers(TokenAmount amount, Instant now) {
        return now.isBefore(this.expiresAt) && (this.maxAmount == null || amount.compareTo(this.maxAmount) <= 0);
    }

}
