package io.github.x402spring.e2e;

import java.time.Instant;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import io.github.x402spring.test.TestClock;

/**
 * Lets time pass at once.
 */
@Configuration(proxyBeanMethods = false)
class MovableTime {

    @Bean
    TestClock clock() {
        return TestClock.at(Instant.now());
    }

}
