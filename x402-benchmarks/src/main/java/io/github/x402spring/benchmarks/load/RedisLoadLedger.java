package io.github.x402spring.benchmarks.load;

import org.springframework.data.redis.core.RedisCallback;
import org.springframework.data.redis.core.StringRedisTemplate;

/**
 * Reset of the application's ledger in Redis.
 */
final class RedisLoadLedger implements LoadLedger {

    private final StringRedisTemplate redis;

    RedisLoadLedger(StringRedisTemplate redis) {
        this.redis = redis;
    }

    @Override
    public void reset() {
        this.redis.execute((RedisCallback<Boolean>) (connection) -> {
            connection.serverCommands().flushDb();
            return true;
        });
    }

    @Override
    public long stored() {
        Long size = this.redis.execute((RedisCallback<Long>) (connection) -> connection.serverCommands().dbSize());
        return (size != null) ? size : 0;
    }

}
