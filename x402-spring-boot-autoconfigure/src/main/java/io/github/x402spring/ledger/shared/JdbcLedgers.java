package io.github.x402spring.ledger.shared;

import java.time.Duration;
import java.time.InstantSource;

import javax.sql.DataSource;

import io.github.x402spring.ledger.ExposureLedger;
import io.github.x402spring.ledger.PaymentLedger;
import io.github.x402spring.ledger.ResponseStore;
import io.github.x402spring.ledger.TaskRegistry;
import io.github.x402spring.ledger.history.PaymentHistory;

/**
 * Factory of ledgers in a relational database, for any number of instances and across
 * restarts. Every ledger is thread-safe, uses the clock of the database, and takes no
 * part in transactions of the application.
 *
 * @since 0.1.0
 */
public final class JdbcLedgers implements AutoCloseable {

    /** Version of the tables that these ledgers read and write. */
    public static final int SCHEMA_VERSION = JdbcPaymentLedger.SCHEMA_VERSION;

    private final DataSource dataSource;

    private final String tablePrefix;

    private final Duration queryTimeout;

    private final JdbcPaymentLedger payments;

    private JdbcLedgers(Builder builder) {
        this.dataSource = builder.dataSource;
        this.tablePrefix = builder.tablePrefix;
        this.queryTimeout = builder.queryTimeout;
        this.payments = new JdbcPaymentLedger(this.dataSource, this.tablePrefix, this.queryTimeout, builder.retention,
                builder.clock);
    }

    /**
     * Begins ledgers.
     * @param dataSource the database
     * @return a builder
     */
    public static Builder builder(DataSource dataSource) {
        return new Builder(dataSource);
    }

    /**
     * Returns the payment ledger.
     * @return the ledger
     */
    public PaymentLedger payments() {
        return this.payments;
    }

    /**
     * Creates a history of the payment ledger.
     * @return the history
     */
    public PaymentHistory history() {
        return new JdbcPaymentHistory(this.dataSource, this.tablePrefix, this.queryTimeout);
    }

    /**
     * Creates a ledger of what subjects have spent.
     * @param lease how long a reservation counts that is not committed; longer than any
     * handler takes
     * @return the ledger
     */
    public ExposureLedger exposures(Duration lease) {
        return exposureLedger(lease);
    }

    private JdbcExposureLedger exposureLedger(Duration lease) {
        return new JdbcExposureLedger(this.dataSource, this.tablePrefix, this.queryTimeout, lease);
    }

    /**
     * Creates a registry of ended tasks.
     * @return the registry
     */
    public TaskRegistry tasks() {
        return taskRegistry();
    }

    private JdbcTaskRegistry taskRegistry() {
        return new JdbcTaskRegistry(this.dataSource, this.tablePrefix, this.queryTimeout);
    }

    /**
     * Creates a store of responses.
     * @param timeToLive how long a response is stored
     * @return the store
     */
    public ResponseStore responses(Duration timeToLive) {
        return new JdbcResponseStore(this.dataSource, this.tablePrefix, this.queryTimeout, timeToLive);
    }

    /**
     * Returns whether all tables exist.
     * @return whether they do
     */
    public boolean isInitialized() {
        return this.payments.isInitialized();
    }

    /**
     * Returns the version of the tables.
     * @return the version; 0 if there are no tables
     */
    public int schemaVersion() {
        return this.payments.schemaVersion();
    }

    /**
     * Deletes payments that are settled or ended in another final state and whose
     * retention is over. Payments whose settlement is unknown stay.
     * @return the number of deleted payments
     */
    public int deleteSettled() {
        return this.payments.deleteSettled();
    }

    /**
     * Deletes what no longer counts for limits, and tasks that were ended long ago.
     * @param taskRetention how long an ended task is remembered
     */
    public void deleteOldLimits(Duration taskRetention) {
        exposureLedger(Duration.ZERO).deleteOld();
        taskRegistry().deleteOld(taskRetention);
    }

    /** Records which responses were delivered, as far as it is not. */
    @Override
    public void close() {
        this.payments.close();
    }

    /**
     * Builder of ledgers in a database. Not thread-safe.
     */
    public static final class Builder {

        private final DataSource dataSource;

        private String tablePrefix = "x402_";

        private Duration queryTimeout = Duration.ofSeconds(3);

        private Duration retention = SharedPaymentLedger.MIN_RETENTION;

        private InstantSource clock = InstantSource.system();

        private Builder(DataSource dataSource) {
            this.dataSource = dataSource;
        }

        /**
         * Sets the beginning of all table names.
         * @param tablePrefix letters, digits, {@code _} and {@code .}; {@code x402_} by
         * default
         * @return this builder
         */
        public Builder tablePrefix(String tablePrefix) {
            this.tablePrefix = tablePrefix;
            return this;
        }

        /**
         * Sets how long a statement may take.
         * @param queryTimeout the time; three seconds by default
         * @return this builder
         */
        public Builder queryTimeout(Duration queryTimeout) {
            this.queryTimeout = queryTimeout;
            return this;
        }

        /**
         * Sets how long a payment is stored after the payer's authorization expired, by
         * every instance that shares the tables.
         * @param retention the time, an hour at least; an hour by default
         * @return this builder
         */
        public Builder retention(Duration retention) {
            this.retention = retention;
            return this;
        }

        /**
         * Sets the clock that measures how long this instance has been running.
         * @param clock the clock; the system's by default
         * @return this builder
         */
        public Builder clock(InstantSource clock) {
            this.clock = clock;
            return this;
        }

        /**
         * Creates the ledgers. Does no I/O.
         * @return the ledgers
         * @throws IllegalArgumentException if the table prefix or the retention is not
         * allowed
         */
        public JdbcLedgers build() {
            return new JdbcLedgers(this);
        }

    }

}
