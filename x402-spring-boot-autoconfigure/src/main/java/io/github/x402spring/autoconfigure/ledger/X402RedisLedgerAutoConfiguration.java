package io.github.x402spring.autoconfigure.ledger;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.data.redis.core.StringRedisTemplate;

import io.github.x402spring.InvalidX402ConfigurationException;
import io.github.x402spring.autoconfigure.ConditionalOnPaymentGate;
import io.github.x402spring.autoconfigure.X402AutoConfiguration;
import io.github.x402spring.autoconfigure.X402LedgerProperties;
import io.github.x402spring.autoconfigure.X402Properties;
import io.github.x402spring.ledger.ExposureLedger;
import io.github.x402spring.ledger.LedgerException;
import io.github.x402spring.ledger.PaymentLedger;
import io.github.x402spring.ledger.TaskRegistry;
import io.github.x402spring.ledger.history.PaymentHistory;
import io.github.x402spring.ledger.redis.RedisExposureLedger;
import io.github.x402spring.ledger.redis.RedisPaymentHistory;
import io.github.x402spring.ledger.redis.RedisPaymentLedger;
import io.github.x402spring.ledger.redis.RedisTaskRegistry;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for the ledger in Redis.
 *
 * @since 0.1.0
 */
@AutoConfiguration(before = X402AutoConfiguration.class,
        afterName = "org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration")
@ConditionalOnPaymentGate
@ConditionalOnClass(StringRedisTemplate.class)
@ConditionalOnProperty(name = "x402.ledger.type", havingValue = "redis")
@ConditionalOnSingleCandidate(StringRedisTemplate.class)
@ConditionalOnMissingBean(PaymentLedger.class)
@EnableConfigurationProperties({ X402LedgerProperties.class, X402Properties.class })
public final class X402RedisLedgerAutoConfiguration {

    private static final Logger logger = LoggerFactory.getLogger(X402RedisLedgerAutoConfiguration.class);

    @Bean
    RedisPaymentLedger x402PaymentLedger(StringRedisTemplate redis, X402LedgerProperties properties) {
        X402LedgerProperties.Redis settings = properties.redis();
        try {
            return new RedisPaymentLedger(redis, settings.keyPrefix(), settings.retention());
        }
        catch (IllegalArgumentException ex) {
            throw new InvalidX402ConfigurationException("The ledger in Redis forgets too early",
                    "Set x402.ledger.redis.retention to an hour at least.");
        }
    }

    /** Before the first request, and after all that may exchange the connection. */
    @Bean
    SmartInitializingSingleton x402LedgerCheck(RedisPaymentLedger ledger) {
        return () -> check(ledger);
    }

    private static void check(RedisPaymentLedger ledger) {
        try {
            int version = ledger.upgrade();
            if (version > RedisPaymentLedger.VERSION) {
                throw new InvalidX402ConfigurationException(
                        "The payment ledger in Redis has version " + version + ", and this application knows version "
                                + RedisPaymentLedger.VERSION,
                        "Deploy the release of the x402 starter that wrote version " + version
                                + ", or set x402.ledger.redis.key-prefix to begin a ledger of its own.");
            }
        }
        catch (LedgerException ex) {
            logger.warn("Payment ledger unavailable; paid requests are refused until it is back", ex);
        }
    }

    @Bean
    @ConditionalOnMissingBean(PaymentHistory.class)
    RedisPaymentHistory x402PaymentHistory(StringRedisTemplate redis, X402LedgerProperties properties) {
        return new RedisPaymentHistory(redis, properties.redis().keyPrefix());
    }

    /** A share of a limit is held for as long as a payment is. */
    @Bean
    @ConditionalOnMissingBean(ExposureLedger.class)
    RedisExposureLedger x402ExposureLedger(StringRedisTemplate redis, X402LedgerProperties properties) {
        return new RedisExposureLedger(redis, properties.redis().keyPrefix(), properties.recoverAfter());
    }

    @Bean
    @ConditionalOnMissingBean(TaskRegistry.class)
    RedisTaskRegistry x402TaskRegistry(StringRedisTemplate redis, X402LedgerProperties properties,
            X402Properties limits) {
        return new RedisTaskRegistry(redis, properties.redis().keyPrefix(), limits.tasks().retention());
    }

}
