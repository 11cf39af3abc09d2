package io.github.x402spring.extending;

import java.time.Clock;

import org.springframework.context.annotation.Bean;

class ClockExample {

    @Bean
    Clock clock() {
        return Clock.systemUTC();
    }

}
