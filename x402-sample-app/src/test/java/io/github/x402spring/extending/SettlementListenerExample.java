package io.github.x402spring.extending;

import java.util.concurrent.BlockingQueue;

import org.springframework.context.annotation.Bean;

import io.github.x402spring.reconcile.SettlementListener;

class SettlementListenerExample {

    @Bean
    SettlementListener settlementListener(BlockingQueue<String> toBeChecked) {
        return (payment, transaction) -> toBeChecked.offer(payment.network() + " " + transaction);
    }

}
