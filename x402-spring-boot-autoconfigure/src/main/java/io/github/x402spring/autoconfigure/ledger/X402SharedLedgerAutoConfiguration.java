package io.github.x402spring.autoconfigure.ledger;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Import;

import io.github.x402spring.autoconfigure.ConditionalOnPaymentGate;
import io.github.x402spring.autoconfigure.X402AutoConfiguration;
import io.github.x402spring.autoconfigure.X402LedgerProperties;
import io.github.x402spring.autoconfigure.X402Properties;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for ledgers that instances share: in
 * the application's database, or in Redis. Not part of test slices, which have neither
 * and fall back to memory.
 *
 * @since 0.1.0
 */
@AutoConfiguration(before = X402AutoConfiguration.class,
        afterName = { "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration",
                "org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration" })
@ConditionalOnPaymentGate
@EnableConfigurationProperties({ X402LedgerProperties.class, X402Properties.class })
@Import({ JdbcLedgerConfiguration.class, RedisLedgerConfiguration.class, MissingLedgerConfiguration.class })
public final class X402SharedLedgerAutoConfiguration {

}
