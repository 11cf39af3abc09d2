package io.github.x402spring.autoconfigure.ledger;

import java.time.Clock;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Lazy;

import io.github.x402spring.asset.AmountFormat;
import io.github.x402spring.asset.AssetRegistry;
import io.github.x402spring.autoconfigure.ConditionalOnPaymentGate;
import io.github.x402spring.autoconfigure.X402AutoConfiguration;
import io.github.x402spring.ledger.history.HourlyTotals;
import io.github.x402spring.ledger.history.PaymentHistory;
import io.github.x402spring.operator.RefusalLog;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for what people look at who run the
 * server.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = X402AutoConfiguration.class)
@ConditionalOnPaymentGate
@ConditionalOnBean(AssetRegistry.class)
public final class X402PaymentHistoryAutoConfiguration {

    private static final int HOURS = 30 * 24;

    private static final int MAX_REFUSALS = 500;

    @Bean
    AmountFormat x402AmountFormat(AssetRegistry assets) {
        return new AmountFormat(assets);
    }

    @Bean
    @ConditionalOnMissingBean
    RefusalLog x402RefusalLog() {
        return new RefusalLog(MAX_REFUSALS);
    }

    /** Counts only while somebody looks. */
    @Bean
    @Lazy
    @ConditionalOnBean(PaymentHistory.class)
    HourlyTotals x402HourlyTotals(PaymentHistory history, ObjectProvider<Clock> clock) {
        return new HourlyTotals(history, clock.getIfAvailable(Clock::systemUTC), HOURS,
                (count) -> Thread.ofPlatform().daemon().name("x402-totals").start(count));
    }

}
