package io.github.x402spring.ledger.shared;

import java.time.Duration;
import java.util.Objects;

import org.springframework.data.redis.core.StringRedisTemplate;

import io.github.x402spring.ledger.TaskKey;
import io.github.x402spring.ledger.TaskRegistry;

/**
 * Registry of ended tasks in Redis. Thread-safe.
 */
final class RedisTaskRegistry implements TaskRegistry {

    private final StringRedisTemplate redis;

    private final String keyPrefix;

    private final Duration retention;

    RedisTaskRegistry(StringRedisTemplate redis, String keyPrefix, Duration retention) {
        this.redis = Objects.requireNonNull(redis, "'redis' must not be null");
        this.keyPrefix = Objects.requireNonNull(keyPrefix, "'keyPrefix' must not be null");
        this.retention = Objects.requireNonNull(retention, "'retention' must not be null");
    }

    @Override
    public void end(TaskKey task) {
        Redis.run(() -> this.redis.opsForValue().set(key(task), "ended", this.retention));
    }

    @Override
    public boolean ended(TaskKey task) {
        return Redis.ask(() -> this.redis.hasKey(key(task)));
    }

    private String key(TaskKey task) {
        return this.keyPrefix + "task:" + task.value();
    }

}
