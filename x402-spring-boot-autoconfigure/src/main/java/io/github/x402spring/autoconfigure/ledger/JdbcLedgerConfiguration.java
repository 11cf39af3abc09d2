package io.github.x402spring.autoconfigure.ledger;

import java.time.Clock;
import java.time.Duration;

import javax.sql.DataSource;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.jdbc.init.DataSourceScriptDatabaseInitializer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;

import io.github.x402spring.InvalidX402ConfigurationException;
import io.github.x402spring.autoconfigure.X402LedgerProperties;
import io.github.x402spring.autoconfigure.X402Properties;
import io.github.x402spring.ledger.ExposureLedger;
import io.github.x402spring.ledger.LedgerException;
import io.github.x402spring.ledger.PaymentLedger;
import io.github.x402spring.ledger.ResponseStore;
import io.github.x402spring.ledger.TaskRegistry;
import io.github.x402spring.ledger.history.PaymentHistory;
import io.github.x402spring.ledger.shared.JdbcLedgers;

/**
 * Configuration of the ledgers in the application's database.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass({ JdbcTemplate.class, DataSourceScriptDatabaseInitializer.class })
@ConditionalOnSingleCandidate(DataSource.class)
@ConditionalOnProperty(name = "x402.ledger.type", havingValue = "jdbc", matchIfMissing = true)
@ConditionalOnMissingBean(PaymentLedger.class)
final class JdbcLedgerConfiguration {

    private static final Logger logger = LoggerFactory.getLogger(JdbcLedgerConfiguration.class);

    private static final Duration CLEAN_UP_INTERVAL = Duration.ofHours(1);

    @Bean
    JdbcLedgers x402JdbcLedgers(DataSource dataSource, X402LedgerProperties properties, ObjectProvider<Clock> clock) {
        X402LedgerProperties.Jdbc settings = properties.jdbc();
        if (!settings.queryTimeout().isPositive() || settings.retention().compareTo(Duration.ofHours(1)) < 0) {
            throw new InvalidX402ConfigurationException("The ledger in the database forgets or gives up too early",
                    "Set x402.ledger.jdbc.query-timeout to a duration such as 3s, and x402.ledger.jdbc.retention to an "
                            + "hour at least.");
        }
        try {
            return JdbcLedgers.builder(dataSource)
                .tablePrefix(settings.tablePrefix())
                .queryTimeout(settings.queryTimeout())
                .retention(settings.retention())
                .clock(clock.getIfAvailable(Clock::systemUTC))
                .build();
        }
        catch (IllegalArgumentException ex) {
            throw new InvalidX402ConfigurationException("x402.ledger.jdbc.table-prefix is not the beginning of a name",
                    "Set x402.ledger.jdbc.table-prefix to letters, digits, '_' and '.', such as billing.x402_.");
        }
    }

    @Bean
    PaymentLedger x402PaymentLedger(JdbcLedgers ledgers) {
        return ledgers.payments();
    }

    @Bean
    @ConditionalOnMissingBean
    PaymentHistory x402PaymentHistory(JdbcLedgers ledgers) {
        return ledgers.history();
    }

    /** A share of a limit is held for as long as a payment is. */
    @Bean
    @ConditionalOnMissingBean
    ExposureLedger x402ExposureLedger(JdbcLedgers ledgers, X402LedgerProperties properties) {
        return ledgers.exposures(properties.recoverAfter());
    }

    @Bean
    @ConditionalOnMissingBean
    TaskRegistry x402TaskRegistry(JdbcLedgers ledgers) {
        return ledgers.tasks();
    }

    @Bean
    @ConditionalOnBooleanProperty("x402.ledger.keep-response.enabled")
    @ConditionalOnMissingBean
    ResponseStore x402ResponseStore(JdbcLedgers ledgers, X402LedgerProperties properties) {
        return ledgers.responses(properties.keepResponse().timeToLive());
    }

    @Bean
    @Conditional(LedgerSchemaInitializer.OnInitialization.class)
    LedgerSchemaInitializer x402LedgerSchemaInitializer(DataSource dataSource, X402LedgerProperties properties) {
        return new LedgerSchemaInitializer(dataSource, properties.jdbc());
    }

    /** When all is made that makes tables. */
    @Bean
    SmartInitializingSingleton x402LedgerCheck(JdbcLedgers ledgers, X402LedgerProperties properties) {
        return () -> check(ledgers, properties.jdbc());
    }

    private static void check(JdbcLedgers ledgers, X402LedgerProperties.Jdbc settings) {
        try {
            int version = ledgers.schemaVersion();
            if (version > JdbcLedgers.SCHEMA_VERSION || version == 1) {
                throw wrongVersion(version, settings);
            }
            if (!ledgers.isInitialized()) {
                throw new InvalidX402ConfigurationException(
                        "The database has no table " + settings.tablePrefix() + "payment for the payment ledger",
                        "Set x402.ledger.jdbc.initialize-schema to always, run the script schema-<platform>.sql in "
                                + "io/github/x402spring/ledger/jdbc with your migrations, or set "
                                + "x402.ledger.type to memory for one instance that may forget.");
            }
        }
        catch (LedgerException ex) {
            logger.warn("Payment ledger unavailable; paid requests are refused until it is back", ex);
        }
    }

    private static InvalidX402ConfigurationException wrongVersion(int version, X402LedgerProperties.Jdbc settings) {
        String message = "The tables " + settings.tablePrefix() + "payment and the like have version " + version
                + ", and this application needs version " + JdbcLedgers.SCHEMA_VERSION;
        String action = (version > JdbcLedgers.SCHEMA_VERSION)
                ? "Deploy the release of the x402 starter that made version " + version
                        + ", or set x402.ledger.jdbc.table-prefix to begin a ledger of its own."
                : "Run the script V2__x402_ledger.sql of the folder for your database in "
                        + "io/github/x402spring/ledger/jdbc/migration of the x402 starter with your migrations, or set "
                        + "x402.ledger.jdbc.initialize-schema to always.";
        return new InvalidX402ConfigurationException(message, action);
    }

    @Bean
    LedgerChore x402OldPaymentsChore(JdbcLedgers ledgers) {
        return new LedgerChore("forget old payments", CLEAN_UP_INTERVAL, ledgers::deleteSettled);
    }

    @Bean
    LedgerChore x402OldLimitsChore(JdbcLedgers ledgers, X402Properties properties) {
        return new LedgerChore("forget old limits", CLEAN_UP_INTERVAL,
                () -> ledgers.deleteOldLimits(properties.tasks().retention()));
    }

}
