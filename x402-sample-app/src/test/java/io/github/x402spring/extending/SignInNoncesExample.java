package io.github.x402spring.extending;

import java.time.Duration;

import org.springframework.data.redis.core.StringRedisTemplate;

import io.github.x402spring.security.web.SignInNonces;

class SignInNoncesExample {

    record SharedNonces(SignInNonces sealed, StringRedisTemplate redis) implements SignInNonces {

        @Override
        public String issue() {
            return this.sealed.issue();
        }

        @Override
        public boolean isValid(String nonce) {
            return this.sealed.isValid(nonce);
        }

        @Override
        public boolean use(String nonce) {
            return Boolean.TRUE
                .equals(this.redis.opsForValue().setIfAbsent("nonce:" + nonce, "", Duration.ofMinutes(10)));
        }

    }

}
