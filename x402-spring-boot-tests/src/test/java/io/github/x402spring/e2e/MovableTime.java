package io.github.x402spring.e2e;

import java.time.Instant;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import io.github.x402spring.MutableClock;

/**
 * Lets time pass at once.
 */
@Configuration(proxyBeanMethods = false)
class MovableTime {

    @Bean
    MutableClock clock() {
        return new MutableClock(Instant.now());
    }

}
