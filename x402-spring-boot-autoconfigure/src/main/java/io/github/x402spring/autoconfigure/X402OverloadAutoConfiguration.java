package io.github.x402spring.autoconfigure;

import java.time.Clock;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;

import io.github.x402spring.endpoint.InvalidPaidEndpointException;
import io.github.x402spring.limit.FailedPaymentLimits;
import io.github.x402spring.limit.PaymentIntake;
import io.github.x402spring.limit.ReleasedPaymentLimits;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for what keeps payments out while
 * the application cannot or does not want to take them.
 *
 * @since 0.1.0
 */
@AutoConfiguration
@ConditionalOnPaymentGate
@EnableConfigurationProperties(X402Properties.class)
public final class X402OverloadAutoConfiguration {

    @Bean
    PaymentIntake x402PaymentIntake(X402Properties properties, ObjectProvider<Clock> clock) {
        return new PaymentIntake(properties.accepting(), limits(properties.failedPayments()),
                limits(properties.releasedPayments()), clock.getIfAvailable(Clock::systemUTC));
    }

    private static FailedPaymentLimits limits(X402Properties.FailedPayments limits) {
        try {
            return new FailedPaymentLimits(limits.perPayer(), limits.perAddress(), limits.window());
        }
        catch (IllegalArgumentException ex) {
            throw new InvalidPaidEndpointException("x402.failed-payments cannot be used: " + ex.getMessage(),
                    "Set x402.failed-payments.per-payer to a number from 0 to 100, .per-address to one from 0, and "
                            + ".window to a duration from 1s to 1d.");
        }
    }

    private static ReleasedPaymentLimits limits(X402Properties.ReleasedPayments limits) {
        try {
            return new ReleasedPaymentLimits(limits.perAuthorization(), limits.perPayer(), limits.perAddress(),
                    limits.window());
        }
        catch (IllegalArgumentException ex) {
            throw new InvalidPaidEndpointException("x402.released-payments cannot be used: " + ex.getMessage(),
                    "Set x402.released-payments.per-authorization, .per-payer and .per-address to numbers from 0, and "
                            + ".window to a duration from 1s to 1d.");
        }
    }

}
