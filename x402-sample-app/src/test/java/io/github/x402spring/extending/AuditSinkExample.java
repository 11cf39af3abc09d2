package io.github.x402spring.extending;

import java.util.Map;
import java.util.function.Consumer;

import org.springframework.context.annotation.Bean;

import io.github.x402spring.audit.AuditSink;

class AuditSinkExample {

    @Bean
    AuditSink auditSink(Consumer<Map<String, Object>> archive) {
        return (record) -> archive.accept(record.toMap());
    }

}
