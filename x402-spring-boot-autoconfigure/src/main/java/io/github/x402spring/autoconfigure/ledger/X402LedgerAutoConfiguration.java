package io.github.x402spring.autoconfigure.ledger;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;

import javax.sql.DataSource;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Lazy;
import org.springframework.core.env.Environment;
import org.springframework.util.unit.DataSize;

import io.github.x402spring.InvalidX402ConfigurationException;
import io.github.x402spring.asset.AssetRegistry;
import io.github.x402spring.autoconfigure.ConditionalOnPaymentGate;
import io.github.x402spring.autoconfigure.ProductionChecks;
import io.github.x402spring.autoconfigure.X402AutoConfiguration;
import io.github.x402spring.autoconfigure.X402LedgerProperties;
import io.github.x402spring.autoconfigure.X402Properties;
import io.github.x402spring.gate.StoredResponses;
import io.github.x402spring.ledger.ExposureLedger;
import io.github.x402spring.ledger.PaymentLedger;
import io.github.x402spring.ledger.ResponseStore;
import io.github.x402spring.ledger.TaskRegistry;
import io.github.x402spring.ledger.history.PaymentHistory;
import io.github.x402spring.ledger.memory.InMemoryLedgers;
import io.github.x402spring.limit.ExposureGuard;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for what stores payments, limits,
 * ended tasks and responses: in the memory of this instance where nothing else does.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = { X402AutoConfiguration.class, X402SharedLedgerAutoConfiguration.class })
@ConditionalOnPaymentGate
@EnableConfigurationProperties({ X402Properties.class, X402LedgerProperties.class })
public final class X402LedgerAutoConfiguration {

    private static final String KEEP_RESPONSE = "x402.ledger.keep-response.enabled";

    private static final DataSize LARGEST = DataSize.ofMegabytes(16);

    private static final int MAX_HISTORY = 5000;

    private static final Logger logger = LoggerFactory.getLogger(X402LedgerAutoConfiguration.class);

    @Bean
    @Lazy
    InMemoryLedgers x402InMemoryLedgers(ObjectProvider<Clock> clock, X402LedgerProperties properties) {
        if (properties.maxEntries() < 1) {
            throw new InvalidX402ConfigurationException("x402.ledger.max-entries leaves no room for a payment",
                    "Set x402.ledger.max-entries to a positive number such as 100000.");
        }
        return new InMemoryLedgers(clock.getIfAvailable(Clock::systemUTC), properties.maxEntries(), MAX_HISTORY);
    }

    /** For operators: the ledger does not read it. */
    @Bean
    @ConditionalOnMissingBean({ PaymentLedger.class, PaymentHistory.class })
    PaymentHistory x402PaymentHistory(InMemoryLedgers ledgers) {
        return ledgers.history();
    }

    @Bean
    @ConditionalOnMissingBean(PaymentLedger.class)
    PaymentLedger x402PaymentLedger(X402LedgerProperties properties, ListableBeanFactory beanFactory,
            Environment environment, ObjectProvider<InMemoryLedgers> ledgers) {
        if (properties.type() == null) {
            checkDatabases(beanFactory.getBeanNamesForType(DataSource.class, true, false), environment);
        }
        return ledgers.getObject().payments();
    }

    /**
     * With several databases, a ledger in none of them is unexpected.
     */
    private static void checkDatabases(String[] databases, Environment environment) {
        if (databases.length < 2) {
            return;
        }
        String problem = "There are several DataSource beans (" + String.join(", ", databases)
                + ") and none is primary, so that the payment ledger would be in memory";
        String remedy = "Mark the one for the ledger as @Primary, or set x402.ledger.type to memory for one instance "
                + "that may forget.";
        if (ProductionChecks.activeProfile(environment).isPresent()) {
            throw new InvalidX402ConfigurationException(problem, remedy);
        }
        logger.warn("{}. {}", problem, remedy);
    }

    @Bean
    @ConditionalOnMissingBean
    ExposureLedger x402ExposureLedger(InMemoryLedgers ledgers) {
        return ledgers.exposures();
    }

    @Bean
    @ConditionalOnMissingBean
    TaskRegistry x402TaskRegistry(InMemoryLedgers ledgers, X402Properties properties) {
        return ledgers.tasks(properties.tasks().retention());
    }

    @Bean
    ExposureGuard x402ExposureGuard(X402Properties properties, ExposureLedger ledger, TaskRegistry tasks,
            AssetRegistry assets) {
        return new ExposureGuard(LimitRules.build(properties.limits(), properties.tasks().retention()), ledger, tasks,
                assets);
    }

    @Bean
    @ConditionalOnBooleanProperty(KEEP_RESPONSE)
    @ConditionalOnMissingBean
    ResponseStore x402ResponseStore(InMemoryLedgers ledgers, X402LedgerProperties ledger) {
        return ledgers.responses(ledger.keepResponse().timeToLive(), ledger.keepResponse().maxMemory().toBytes());
    }

    @Bean
    @ConditionalOnBooleanProperty(KEEP_RESPONSE)
    @ConditionalOnMissingBean
    StoredResponses x402StoredResponses(ResponseStore store, X402LedgerProperties ledger) {
        X402LedgerProperties.KeepResponse properties = ledger.keepResponse();
        DataSize maxSize = properties.maxSize();
        if (maxSize.toBytes() < 1 || maxSize.compareTo(LARGEST) > 0 || !properties.timeToLive().isPositive()) {
            throw new InvalidX402ConfigurationException("Responses cannot be stored as configured",
                    "Set x402.ledger.keep-response.max-size to a size such as 64KB, 16MB at most, and "
                            + "x402.ledger.keep-response.time-to-live to a duration such as 10m.");
        }
        return new StoredResponses(store, key(store, properties), (int) maxSize.toBytes());
    }

    private static byte[] key(ResponseStore store, X402LedgerProperties.KeepResponse properties) {
        String text = properties.key();
        byte[] key = new byte[0];
        if (text == null && !store.shared()) {
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
                    "Paid responses are to be stored, and there is no key of 32 bytes to encrypt them",
                    "Set x402.ledger.keep-response.key to the base64 of 32 random bytes, from the environment and the "
                            + "same for all instances (openssl rand -base64 32), or "
                            + "x402.ledger.keep-response.enabled to false.");
        }
        return key;
    }

    @Bean
    @ConditionalOnBooleanProperty(KEEP_RESPONSE)
    LedgerChore x402OldResponsesChore(ResponseStore store) {
        return new LedgerChore("forget old responses", Duration.ofMinutes(1), store::forgetExpired);
    }

}
