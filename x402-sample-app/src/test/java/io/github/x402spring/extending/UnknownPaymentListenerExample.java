package io.github.x402spring.extending;

import java.util.function.Consumer;

import org.springframework.context.annotation.Bean;

import io.github.x402spring.ledger.Conclusion;
import io.github.x402spring.reconcile.UnknownPaymentListener;

class UnknownPaymentListenerExample {

    @Bean
    UnknownPaymentListener unknownPaymentListener(Consumer<String> accounting) {
        return (payment, conclusion) -> {
            switch (conclusion) {
                case Conclusion.Settled settled -> accounting.accept("Earned " + payment.amount());
                case Conclusion.Unsettled unsettled -> accounting.accept("Not earned " + payment.amount());
                case Conclusion.UsedElsewhere used -> accounting.accept("To be reviewed " + payment.amount());
                case Conclusion.Unresolved unresolved -> accounting.accept("To be reviewed " + payment.amount());
            }
        };
    }

}
