package io.github.x402spring.extending;

import org.springframework.context.annotation.Bean;

import io.github.x402spring.webmvc.hold.PaymentChallengeWriter;

class PaymentChallengeWriterExample {

    @Bean
    PaymentChallengeWriter paymentChallengeWriter() {
        return (request, response, refusal) -> {
            response.setStatus(refusal.reason().status());
            response.setHeader("Cache-Control", "no-store");
            refusal.headers().forEach((header) -> response.addHeader(header.name(), header.value()));
            response.setContentType("text/plain;charset=UTF-8");
            response.getWriter().write(refusal.reason().title());
        };
    }

}
