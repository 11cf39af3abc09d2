package io.github.x402spring.autoconfigure.ledger;

import java.time.Clock;
import java.time.Duration;

import javax.sql.DataSource;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.jdbc.init.DataSourceScriptDatabaseInitializer;
import org.springframework.boot.sql.autoconfigure.init.OnDatabaseInitializationCondition;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.jdbc.core.JdbcTemplate;

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
import io.github.x402spring.ledger.jdbc.JdbcExposureLedger;
import io.github.x402spring.ledger.jdbc.JdbcPaymentHistory;
import io.github.x402spring.ledger.jdbc.JdbcPaymentLedger;
import io.github.x402spring.ledger.jdbc.JdbcTaskRegistry;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for the ledger in the application's
 * database.
 *
 * @since 0.1.0
 */
@AutoConfiguration(before = X402AutoConfiguration.class,
        afterName = "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration")
@ConditionalOnPaymentGate
@ConditionalOnClass({ JdbcTemplate.class, DataSourceScriptDatabaseInitializer.class })
@ConditionalOnSingleCandidate(DataSource.class)
@ConditionalOnProperty(name = "x402.ledger.type", havingValue = "jdbc", matchIfMissing = true)
@ConditionalOnMissingBean(PaymentLedger.class)
@EnableConfigurationProperties({ X402LedgerProperties.class, X402Properties.class })
public final class X402LedgerAutoConfiguration {

    private static final Logger logger = LoggerFactory.getLogger(X402LedgerAutoConfiguration.class);

    private static final Duration CLEAN_UP_INTERVAL = Duration.ofHours(1);

    @Bean
    JdbcPaymentLedger x402PaymentLedger(DataSource dataSource, X402LedgerProperties properties,
            ObjectProvider<Clock> clock) {
        X402LedgerProperties.Jdbc settings = properties.jdbc();
        if (!settings.queryTimeout().isPositive() || settings.retention().compareTo(Duration.ofHours(1)) < 0) {
            throw new InvalidX402ConfigurationException("The ledger in the database forgets or gives up too early",
                    "Set x402.ledger.jdbc.query-timeout to a duration such as 3s, and x402.ledger.jdbc.retention to an "
                            + "hour at least.");
        }
        try {
            return new JdbcPaymentLedger(dataSource, settings.tablePrefix(), settings.queryTimeout(),
                    settings.retention(), clock.getIfAvailable(Clock::systemUTC));
        }
        catch (IllegalArgumentException ex) {
            throw new InvalidX402ConfigurationException("x402.ledger.jdbc.table-prefix is not the beginning of a name",
                    "Set x402.ledger.jdbc.table-prefix to letters, digits, '_' and '.', such as billing.x402_.");
        }
    }

    @Bean
    @ConditionalOnMissingBean(PaymentHistory.class)
    JdbcPaymentHistory x402PaymentHistory(DataSource dataSource, X402LedgerProperties properties) {
        X402LedgerProperties.Jdbc settings = properties.jdbc();
        return new JdbcPaymentHistory(dataSource, settings.tablePrefix(), settings.queryTimeout());
    }

    /** A share of a limit is held for as long as a payment is. */
    @Bean
    @ConditionalOnMissingBean(ExposureLedger.class)
    JdbcExposureLedger x402ExposureLedger(DataSource dataSource, X402LedgerProperties properties) {
        X402LedgerProperties.Jdbc settings = properties.jdbc();
        return new JdbcExposureLedger(dataSource, settings.tablePrefix(), settings.queryTimeout(),
                properties.recoverAfter());
    }

    @Bean
    @ConditionalOnMissingBean(TaskRegistry.class)
    JdbcTaskRegistry x402TaskRegistry(DataSource dataSource, X402LedgerProperties properties) {
        X402LedgerProperties.Jdbc settings = properties.jdbc();
        return new JdbcTaskRegistry(dataSource, settings.tablePrefix(), settings.queryTimeout());
    }

    @Bean
    @Conditional(OnLedgerInitialization.class)
    LedgerSchemaInitializer x402LedgerSchemaInitializer(DataSource dataSource, X402LedgerProperties properties) {
        return new LedgerSchemaInitializer(dataSource, properties.jdbc());
    }

    /** When all is made that makes tables. */
    @Bean
    SmartInitializingSingleton x402LedgerCheck(JdbcPaymentLedger ledger, X402LedgerProperties properties) {
        return () -> check(ledger, properties.jdbc());
    }

    private static void check(JdbcPaymentLedger ledger, X402LedgerProperties.Jdbc settings) {
        try {
            int version = ledger.schemaVersion();
            if (version > JdbcPaymentLedger.SCHEMA_VERSION || version == 1) {
                throw wrongVersion(version, settings);
            }
            if (!ledger.isInitialized()) {
                throw new InvalidX402ConfigurationException(
                        "The database has no table " + settings.tablePrefix() + "payment for the payment ledger",
                        "Set x402.ledger.jdbc.initialize-schema to always, run the script schema-<platform>.sql of the "
                                + "package io.github.x402spring.ledger.jdbc with your migrations, or set "
                                + "x402.ledger.type to memory for one instance that may forget.");
            }
        }
        catch (LedgerException ex) {
            logger.warn("Payment ledger unavailable; paid requests are refused until it is back", ex);
        }
    }

    private static InvalidX402ConfigurationException wrongVersion(int version, X402LedgerProperties.Jdbc settings) {
        String message = "The tables " + settings.tablePrefix() + "payment and the like have version " + version
                + ", and this application needs version " + JdbcPaymentLedger.SCHEMA_VERSION;
        String action = (version > JdbcPaymentLedger.SCHEMA_VERSION)
                ? "Deploy the release of the x402 starter that made version " + version
                        + ", or set x402.ledger.jdbc.table-prefix to begin a ledger of its own."
                : "Run the script V2__x402_ledger.sql of the folder for your database in "
                        + "io/github/x402spring/ledger/jdbc/migration of the x402 starter with your migrations, or set "
                        + "x402.ledger.jdbc.initialize-schema to always.";
        return new InvalidX402ConfigurationException(message, action);
    }

    @Bean
    LedgerChore x402OldPaymentsChore(JdbcPaymentLedger ledger) {
        return new LedgerChore("forget old payments", CLEAN_UP_INTERVAL, ledger::deleteSettled);
    }

    @Bean
    LedgerChore x402OldLimitsChore(ObjectProvider<JdbcExposureLedger> exposures, ObjectProvider<JdbcTaskRegistry> tasks,
            X402Properties limits) {
        return new LedgerChore("forget old limits", CLEAN_UP_INTERVAL, () -> {
            exposures.ifAvailable(JdbcExposureLedger::deleteOld);
            tasks.ifAvailable((registry) -> registry.deleteOld(limits.tasks().retention()));
        });
    }

    static final class OnLedgerInitialization extends OnDatabaseInitializationCondition {

        OnLedgerInitialization() {
            super("x402 ledger", "x402.ledger.jdbc.initialize-schema");
        }

    }

}
