package io.github.x402spring.ledger.redis;

import java.util.List;
import java.util.Optional;

import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.data.redis.core.script.RedisScript;

import io.github.x402spring.ledger.LedgerException;
import io.github.x402spring.ledger.PaymentIdentifier;

/**
 * Knows which payment was made for a purchase that its client named. A payment that is
 * forgotten takes its name with it.
 */
final class RedisPurchaseNames {

    private static final RedisScript<String> NAME = Redis.script("name", String.class);

    private final StringRedisTemplate redis;

    private final String names;

    RedisPurchaseNames(StringRedisTemplate redis, String keyPrefix) {
        this.redis = redis;
        this.names = keyPrefix + "purchase:";
    }

    String name(PaymentIdentifier identifier) {
        return this.names + identifier.scope();
    }

    /**
     * Gives a name to a payment, unless another payment has it.
     * @param payment the name of the payment
     * @param forgottenAt when to forget it, in seconds since 1970
     * @return the name of the payment that has it
     */
    String take(PaymentIdentifier identifier, String payment, String forgottenAt) throws LedgerException {
        return Redis.ask(() -> this.redis.execute(NAME, List.of(name(identifier), payment), forgottenAt));
    }

    /**
     * Looks up the payment that has a name.
     * @return the name of the payment, or empty if none has it
     */
    Optional<String> holder(PaymentIdentifier identifier) throws LedgerException {
        return Redis.ask(() -> Optional.ofNullable(this.redis.opsForValue().get(name(identifier))));
    }

}
