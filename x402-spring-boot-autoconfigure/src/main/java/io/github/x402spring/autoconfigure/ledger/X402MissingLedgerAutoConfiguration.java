package io.github.x402spring.autoconfigure.ledger;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;

import io.github.x402spring.InvalidX402ConfigurationException;
import io.github.x402spring.autoconfigure.ConditionalOnPaymentGate;
import io.github.x402spring.autoconfigure.X402AutoConfiguration;
import io.github.x402spring.autoconfigure.X402LedgerProperties;
import io.github.x402spring.autoconfigure.X402LedgerProperties.Type;
import io.github.x402spring.ledger.PaymentLedger;

/**
 * {@link EnableAutoConfiguration Auto-configuration} that stops the start where the
 * chosen ledger has nothing to be kept in. Not part of test slices, which have no
 * database and forget.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = { X402LedgerAutoConfiguration.class, X402RedisLedgerAutoConfiguration.class },
        before = X402AutoConfiguration.class)
@ConditionalOnPaymentGate
@ConditionalOnProperty("x402.ledger.type")
@ConditionalOnMissingBean(PaymentLedger.class)
@EnableConfigurationProperties(X402LedgerProperties.class)
public final class X402MissingLedgerAutoConfiguration {

    X402MissingLedgerAutoConfiguration(X402LedgerProperties properties) {
        if (properties.type() == Type.JDBC) {
            throw new InvalidX402ConfigurationException("x402.ledger.type is jdbc, and there is no one database to use",
                    "Add spring-boot-starter-jdbc and spring.datasource.url, mark one DataSource as primary, or set "
                            + "x402.ledger.type to memory.");
        }
        if (properties.type() == Type.REDIS) {
            throw new InvalidX402ConfigurationException("x402.ledger.type is redis, and there is no Redis to use",
                    "Add spring-boot-starter-data-redis and spring.data.redis.url, or set x402.ledger.type to memory.");
        }
    }

}
