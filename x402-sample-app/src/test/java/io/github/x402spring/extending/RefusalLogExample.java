package io.github.x402spring.extending;

import org.springframework.context.annotation.Bean;

import io.github.x402spring.operator.RefusalLog;

class RefusalLogExample {

    @Bean
    RefusalLog refusalLog() {
        return new RefusalLog(5_000);
    }

}
