package io.github.x402spring.ledger.shared;

import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.springframework.core.io.ClassPathResource;
import org.springframework.dao.DataAccessException;
import org.springframework.data.redis.core.script.RedisScript;

import io.github.x402spring.ledger.LedgerException;

/**
 * Access to Redis, which translates failures to a {@link LedgerException}.
 */
final class Redis {

    private Redis() {
    }

    static <T> T ask(Supplier<@Nullable T> command) {
        T reply;
        try {
            reply = command.get();
        }
        catch (DataAccessException ex) {
            throw new LedgerException("Redis gave no reply", ex);
        }
        if (reply == null) {
            throw new LedgerException("Redis gave no reply", null);
        }
        return reply;
    }

    static void run(Runnable command) {
        ask(() -> {
            command.run();
            return true;
        });
    }

    static <T> RedisScript<T> script(String name, Class<T> reply) {
        return RedisScript.of(new ClassPathResource("io/github/x402spring/ledger/redis/" + name + ".lua"), reply);
    }

}
