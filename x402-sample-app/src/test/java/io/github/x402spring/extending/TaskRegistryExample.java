package io.github.x402spring.extending;

import java.time.Duration;

import org.springframework.data.redis.core.StringRedisTemplate;

import io.github.x402spring.ledger.TaskKey;
import io.github.x402spring.ledger.TaskRegistry;

class TaskRegistryExample {

    record SharedTasks(StringRedisTemplate redis) implements TaskRegistry {

        @Override
        public void end(TaskKey task) {
            this.redis.opsForValue().set("ended:" + task.value(), "", Duration.ofDays(90));
        }

        @Override
        public boolean ended(TaskKey task) {
            return Boolean.TRUE.equals(this.redis.hasKey("ended:" + task.value()));
        }

    }

}
