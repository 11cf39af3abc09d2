package io.github.x402spring.ledger.redis;

import java.util.List;

import org.jspecify.annotations.Nullable;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.data.redis.core.script.RedisScript;

import io.github.x402spring.ledger.LedgerException;
import io.github.x402spring.ledger.PaymentIdentifier;
import io.github.x402spring.ledger.PaymentKey;
import io.github.x402spring.protocol.Network;

/**
 * Knows which payment was made for a purchase that its client named.
 */
final class RedisPurchaseNames {

    private static final RedisScript<String> NAME = RedisScript.of(RedisPaymentLedger.script("name"), String.class);

    private final StringRedisTemplate redis;

    private final String keyPrefix;

    RedisPurchaseNames(StringRedisTemplate redis, String keyPrefix) {
        this.redis = redis;
        this.keyPrefix = keyPrefix;
    }

    /**
     * Gives a name to a payment, unless another payment has it.
     * @param gone the payment that had it and is not there any more, or {@code null}
     * @param forgottenAt when to forget it, in seconds since 1970
     * @return the payment that has the name
     */
    PaymentKey take(PaymentIdentifier identifier, PaymentKey key, @Nullable PaymentKey gone, String forgottenAt)
            throws LedgerException {
        return key(RedisPaymentLedger
            .ask(() -> this.redis.execute(NAME, List.of(this.keyPrefix + "purchase:" + identifier.scope()), text(key),
                    (gone != null) ? text(gone) : "", forgottenAt)));
    }

    /** None of its parts has a vertical bar. */
    static String text(PaymentKey key) {
        return key.network().toString() + '|' + key.asset() + '|' + key.payer() + '|' + key.nonce();
    }

    static PaymentKey key(String text) {
        String[] parts = text.split("\\|", -1);
        return new PaymentKey(Network.parse(parts[0]), parts[1], parts[2], parts[3]);
    }

}
