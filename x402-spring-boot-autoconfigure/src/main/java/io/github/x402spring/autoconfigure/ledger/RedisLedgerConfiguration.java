package io.github.x402spring.autoconfigure.ledger;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.redis.core.StringRedisTemplate;

import io.github.x402spring.InvalidX402ConfigurationException;
import io.github.x402spring.autoconfigure.X402LedgerProperties;
import io.github.x402spring.autoconfigure.X402Properties;
import io.github.x402spring.ledger.ExposureLedger;
import io.github.x402spring.ledger.LedgerException;
import io.github.x402spring.ledger.PaymentLedger;
import io.github.x402spring.ledger.ResponseStore;
import io.github.x402spring.ledger.TaskRegistry;
import io.github.x402spring.ledger.history.PaymentHistory;
import io.github.x402spring.ledger.shared.RedisLedgers;

/**
 * Configuration of the ledgers in Redis.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass(StringRedisTemplate.class)
@ConditionalOnProperty(name = "x402.ledger.type", havingValue = "redis")
@ConditionalOnSingleCandidate(StringRedisTemplate.class)
@ConditionalOnMissingBean(PaymentLedger.class)
final class RedisLedgerConfiguration {

    private static final Logger logger = LoggerFactory.getLogger(RedisLedgerConfiguration.class);

    @Bean
    RedisLedgers x402RedisLedgers(StringRedisTemplate redis, X402LedgerProperties properties) {
        X402LedgerProperties.Redis settings = properties.redis();
        try {
            return new RedisLedgers(redis, settings.keyPrefix(), settings.retention());
        }
        catch (IllegalArgumentException ex) {
            throw new InvalidX402ConfigurationException("The ledger in Redis forgets too early",
                    "Set x402.ledger.redis.retention to an hour at least.");
        }
    }

    @Bean
    PaymentLedger x402PaymentLedger(RedisLedgers ledgers) {
        return ledgers.payments();
    }

    /** Before the first request, and after all that may exchange the connection. */
    @Bean
    SmartInitializingSingleton x402LedgerCheck(RedisLedgers ledgers) {
        return () -> check(ledgers);
    }

    private static void check(RedisLedgers ledgers) {
        try {
            int version = ledgers.upgrade();
            if (version > RedisLedgers.VERSION) {
                throw new InvalidX402ConfigurationException(
                        "The payment ledger in Redis has version " + version + ", and this application knows version "
                                + RedisLedgers.VERSION,
                        "Deploy the release of the x402 starter that wrote version " + version
                                + ", or set x402.ledger.redis.key-prefix to begin a ledger of its own.");
            }
        }
        catch (LedgerException ex) {
            logger.warn("Payment ledger unavailable; paid requests are refused until it is back", ex);
        }
    }

    @Bean
    @ConditionalOnMissingBean
    PaymentHistory x402PaymentHistory(RedisLedgers ledgers) {
        return ledgers.history();
    }

    /** A share of a limit is held for as long as a payment is. */
    @Bean
    @ConditionalOnMissingBean
    ExposureLedger x402ExposureLedger(RedisLedgers ledgers, X402LedgerProperties properties) {
        return ledgers.exposures(properties.recoverAfter());
    }

    @Bean
    @ConditionalOnMissingBean
    TaskRegistry x402TaskRegistry(RedisLedgers ledgers, X402Properties properties) {
        return ledgers.tasks(properties.tasks().retention());
    }

    @Bean
    @ConditionalOnBooleanProperty("x402.ledger.keep-response.enabled")
    @ConditionalOnMissingBean
    ResponseStore x402ResponseStore(RedisLedgers ledgers, X402LedgerProperties properties) {
        return ledgers.responses(properties.keepResponse().timeToLive());
    }

}
