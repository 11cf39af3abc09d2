package io.github.x402spring.ledger.shared;

import java.time.Duration;
import java.util.Base64;
import java.util.Optional;

import org.springframework.data.redis.core.StringRedisTemplate;

import io.github.x402spring.ledger.PaymentKey;
import io.github.x402spring.ledger.ResponseStore;

/**
 * Store of responses in Redis, which expires them itself. Thread-safe.
 */
final class RedisResponseStore implements ResponseStore {

    private final StringRedisTemplate redis;

    private final String keyPrefix;

    private final Duration timeToLive;

    RedisResponseStore(StringRedisTemplate redis, String keyPrefix, Duration timeToLive) {
        this.redis = redis;
        this.keyPrefix = keyPrefix;
        this.timeToLive = timeToLive;
    }

    @Override
    public void keep(PaymentKey key, byte[] sealed) {
        String text = Base64.getEncoder().encodeToString(sealed);
        Redis.run(() -> this.redis.opsForValue().set(name(key), text, this.timeToLive));
    }

    @Override
    public Optional<byte[]> find(PaymentKey key) {
        return Redis.ask(() -> Optional.ofNullable(this.redis.opsForValue().get(name(key))))
            .map(Base64.getDecoder()::decode);
    }

    @Override
    public void forget(PaymentKey key) {
        Redis.ask(() -> this.redis.delete(name(key)));
    }

    @Override
    public void forgetExpired() {
        // Redis does.
    }

    private String name(PaymentKey key) {
        return this.keyPrefix + "answer:" + RedisOpenPayments.text(key);
    }

}
