package io.github.x402spring.autoconfigure.ledger;

import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Configuration;

import io.github.x402spring.InvalidX402ConfigurationException;
import io.github.x402spring.autoconfigure.X402LedgerProperties;
import io.github.x402spring.autoconfigure.X402LedgerProperties.Type;
import io.github.x402spring.ledger.PaymentLedger;

/**
 * Configuration that stops the start where the chosen ledger has no storage.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty("x402.ledger.type")
@ConditionalOnMissingBean(PaymentLedger.class)
final class MissingLedgerConfiguration {

    MissingLedgerConfiguration(X402LedgerProperties properties) {
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
