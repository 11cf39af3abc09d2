package io.github.x402spring.ledger.shared;

import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.springframework.core.io.ClassPathResource;
import org.springframework.dao.DataAccessException;
import org.springframework.data.redis.core.script.RedisScript;

import io.github.x402spring.ledger.LedgerException;

/**
 * Asks Redis, and says in the ledger's words that it gave no answer.
 */
final class Redis {

    private Redis() {
    }

    static <T> T ask(Supplier<@Nullable T> question) {
        T answer;
        try {
            answer = question.get();
        }
        catch (DataAccessException ex) {
            throw new LedgerException("Redis gave no answer", ex);
        }
        if (answer == null) {
            throw new LedgerException("Redis gave no answer", null);
        }
        return answer;
    }

    static void run(Runnable command) {
        ask(() -> {
            command.run();
            return true;
        });
    }

    static <T> RedisScript<T> script(String name, Class<T> answer) {
        return RedisScript.of(new ClassPathResource("io/github/x402spring/ledger/redis/" + name + ".lua"), answer);
    }

}
