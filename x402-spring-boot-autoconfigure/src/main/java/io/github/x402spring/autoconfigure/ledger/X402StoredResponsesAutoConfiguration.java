package io.github.x402spring.autoconfigure.ledger;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;

import javax.sql.DataSource;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.util.unit.DataSize;

import io.github.x402spring.InvalidX402ConfigurationException;
import io.github.x402spring.autoconfigure.ConditionalOnPaymentGate;
import io.github.x402spring.autoconfigure.X402AutoConfiguration;
import io.github.x402spring.autoconfigure.X402LedgerProperties;
import io.github.x402spring.gate.StoredResponses;
import io.github.x402spring.ledger.ResponseStore;
import io.github.x402spring.ledger.jdbc.JdbcPaymentLedger;
import io.github.x402spring.ledger.jdbc.JdbcResponseStore;
import io.github.x402spring.ledger.memory.InMemoryResponseStore;
import io.github.x402spring.ledger.redis.RedisPaymentLedger;
import io.github.x402spring.ledger.redis.RedisResponseStore;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for answers that are kept where the
 * ledger is.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = X402AutoConfiguration.class)
@ConditionalOnPaymentGate
@ConditionalOnBooleanProperty("x402.ledger.keep-response.enabled")
@EnableConfigurationProperties(X402LedgerProperties.class)
public final class X402StoredResponsesAutoConfiguration {

    private static final DataSize LARGEST = DataSize.ofMegabytes(16);

    @Bean
    @ConditionalOnMissingBean(ResponseStore.class)
    InMemoryResponseStore x402ResponseStore(ObjectProvider<Clock> clock, X402LedgerProperties ledger) {
        return new InMemoryResponseStore(clock.getIfAvailable(Clock::systemUTC), ledger.keepResponse().timeToLive(),
                ledger.keepResponse().maxMemory().toBytes());
    }

    @Bean
    @ConditionalOnMissingBean
    StoredResponses x402StoredResponses(ResponseStore store, X402LedgerProperties ledger) {
        X402LedgerProperties.KeepResponse properties = ledger.keepResponse();
        DataSize maxSize = properties.maxSize();
        if (maxSize.toBytes() < 1 || maxSize.compareTo(LARGEST) > 0 || !properties.timeToLive().isPositive()) {
            throw new InvalidX402ConfigurationException("Answers cannot be kept as configured",
                    "Set x402.ledger.keep-response.max-size to a size such as 64KB, 16MB at most, and "
                            + "x402.ledger.keep-response.time-to-live to a duration such as 10m.");
        }
        return new StoredResponses(store, key(store, properties), (int) maxSize.toBytes());
    }

    private static byte[] key(ResponseStore store, X402LedgerProperties.KeepResponse properties) {
        String text = properties.key();
        byte[] key = new byte[0];
        if (text == null && store instanceof InMemoryResponseStore) {
            key = new byte[StoredResponses.KEY_LENGTH];
            new SecureRandom().nextBytes(key);
        }
        else if (text != null) {
            try {
                key = Base64.getDecoder().decode(text.strip());
            }
            catch (IllegalArgumentException ex) {
                // Its message quotes the key.
                key = new byte[0];
            }
        }
        if (key.length != StoredResponses.KEY_LENGTH) {
            throw new InvalidX402ConfigurationException(
                    "Answers that were paid for are to be kept, and there is no key of 32 bytes to encrypt them",
                    "Set x402.ledger.keep-response.key to the base64 of 32 random bytes, from the environment and the "
                            + "same for all instances (openssl rand -base64 32), or "
                            + "x402.ledger.keep-response.enabled to false.");
        }
        return key;
    }

    @Bean
    LedgerChore x402OldResponsesChore(ResponseStore store) {
        return new LedgerChore("forget old answers", Duration.ofMinutes(1), store::forgetExpired);
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(JdbcTemplate.class)
    @ConditionalOnBean(JdbcPaymentLedger.class)
    @ConditionalOnMissingBean(ResponseStore.class)
    static class JdbcConfiguration {

        @Bean
        JdbcResponseStore x402ResponseStore(DataSource dataSource, X402LedgerProperties ledger) {
            X402LedgerProperties.Jdbc settings = ledger.jdbc();
            return new JdbcResponseStore(dataSource, settings.tablePrefix(), settings.queryTimeout(),
                    ledger.keepResponse().timeToLive());
        }

    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(StringRedisTemplate.class)
    @ConditionalOnBean(RedisPaymentLedger.class)
    @ConditionalOnMissingBean(ResponseStore.class)
    static class RedisConfiguration {

        @Bean
        RedisResponseStore x402ResponseStore(StringRedisTemplate redis, X402LedgerProperties ledger) {
            return new RedisResponseStore(redis, ledger.redis().keyPrefix(), ledger.keepResponse().timeToLive());
        }

    }

}
