package io.github.x402spring.extending;

import java.util.function.Consumer;

import org.springframework.context.annotation.Bean;

import io.github.x402spring.operator.OperatorListener;

class OperatorListenerExample {

    @Bean
    OperatorListener operatorListener(Consumer<String> chat) {
        return (action) -> chat.accept(action.operator() + ": " + action.action() + " " + action.details());
    }

}
