package io.github.x402spring.extending;

import org.springframework.data.redis.core.StringRedisTemplate;

import io.github.x402spring.security.RevocationRegistry;

class RevocationRegistryExample {

    record SharedRevocations(StringRedisTemplate redis) implements RevocationRegistry {

        @Override
        public boolean isRevoked(Kind kind, String id) {
            return Boolean.TRUE.equals(this.redis.opsForSet().isMember("revoked:" + kind, id));
        }

        @Override
        public void revoke(Kind kind, String id) {
            this.redis.opsForSet().add("revoked:" + kind, id);
        }

        @Override
        public void restore(Kind kind, String id) {
            this.redis.opsForSet().remove("revoked:" + kind, id);
        }

    }

}
