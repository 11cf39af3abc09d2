package io.github.x402spring.security;

import java.time.Instant;
import java.util.Locale;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.protocol.TokenAmount;

/**
 * Lets one wallet pay for one caller. Always ends.
 *
 * @param id names the delegation, so that it can be revoked
 * @param caller the caller's name, as Spring Security knows it
 * @param payer the wallet's address; kept in lower case
 * @param maxAmount the most that one payment may be, in atomic units, or {@code null} if
 * the price is limit enough
 * @param expiresAt when it ends
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
