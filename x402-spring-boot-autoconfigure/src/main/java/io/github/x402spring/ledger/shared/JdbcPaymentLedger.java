package io.github.x402spring.ledger.shared;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.jdbc.BadSqlGrammarException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.jdbc.support.JdbcUtils;
import org.springframework.jdbc.support.MetaDataAccessException;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionOperations;
import org.springframework.transaction.support.TransactionTemplate;

import io.github.x402spring.ledger.Conclusion;
import io.github.x402spring.ledger.LedgerException;
import io.github.x402spring.ledger.PaymentClaim;
import io.github.x402spring.ledger.PaymentKey;
import io.github.x402spring.ledger.PaymentState;
import io.github.x402spring.ledger.Reservation;
import io.github.x402spring.ledger.ReserveResult;
import io.github.x402spring.ledger.StoredPayment;
import io.github.x402spring.ledger.UnknownPayment;
import io.github.x402spring.ledger.shared.LedgerStatements.Claimed;
import io.github.x402spring.protocol.ForeignText;

/**
 * Ledger in a relational database, for any number of instances and across restarts. The
 * primary key of the database decides which request gets a payment, and its clock is
 * used. No connection is held while a facilitator is called, and no statement belongs to
 * a transaction of the application. Thread-safe.
 * <p>
 * Released payments leave no row, so that strangers cannot fill the table with payments
 * that were refused.
 */
final class JdbcPaymentLedger extends SharedPaymentLedger {

    /** The version of the tables that this ledger reads and writes. */
    static final int SCHEMA_VERSION = 2;

    private static final List<String> TABLES = List.of("payment", "payment_event", "exposure", "exposure_lease",
            "ended_task");

    private static final int MAX_NAME = 50;

    private static final Pattern PREFIX = Pattern.compile("[A-Za-z0-9_.]{0,64}");

    private final Duration longestRetention;

    private final InstantSource clock;

    private final Instant startedAt;

    private final LedgerDataSource dataSource;

    private final String prefix;

    private final JdbcTemplate jdbc;

    private final DeliveryStatements deliveries;

    private final UnknownPayments unknownPayments;

    private volatile @Nullable LedgerStatements statements;

    private volatile @Nullable String product;

    JdbcPaymentLedger(DataSource dataSource, String tablePrefix, Duration queryTimeout) {
        this(dataSource, tablePrefix, queryTimeout, MIN_RETENTION, InstantSource.system());
    }

    JdbcPaymentLedger(DataSource dataSource, String tablePrefix, Duration queryTimeout, Duration retention,
            InstantSource clock) {
        super(retention);
        this.longestRetention = retention;
        this.clock = clock;
        this.startedAt = clock.instant();
        if (!PREFIX.matcher(tablePrefix).matches()) {
            throw new IllegalArgumentException("'tablePrefix' must consist of letters, digits, '_' and '.'");
        }
        this.dataSource = new LedgerDataSource(dataSource);
        this.prefix = tablePrefix;
        this.jdbc = this.dataSource.template(queryTimeout);
        this.deliveries = new DeliveryStatements(this.jdbc, transactions(), tablePrefix);
        this.unknownPayments = new UnknownPayments(this.jdbc, transactions(), tablePrefix);
    }

    @Override
    public ReserveResult reserve(PaymentClaim claim) {
        LedgerRow row = new LedgerRow(claim, newToken());
        for (int tries = 0; tries < MAX_TRIES; tries++) {
            Claimed claimed = Database.ask(() -> statements().claim(row));
            if (claimed == Claimed.FRESH) {
                return new ReserveResult.Reserved(new Reservation(claim.key(), row.token(), false));
            }
            if (claimed == Claimed.RESUMED) {
                return new ReserveResult.Reserved(new Reservation(claim.key(), row.token(), true),
                        find(claim.key()).orElseThrow(() -> new LedgerException("The payment is gone", null)));
            }
            Optional<FoundPayment> found = Database.ask(() -> this.deliveries.find(claim));
            if (found.isPresent() && !found.get().free(claim)) {
                return ReserveResult.refused(known(found.get().payment()), claim.key(), found.get().sameRequest(claim));
            }
            if (found.isEmpty() && claimed == Claimed.TOO_MANY_UNKNOWN) {
                return new ReserveResult.TooManyUnknown();
            }
        }
        return new ReserveResult.InFlight();
    }

    @Override
    protected boolean move(Reservation reservation, PaymentState state, String transaction) {
        return Database.ask(() -> statements().move(reservation.key(), reservation.token(), state,
                transaction.isEmpty() ? null : transaction));
    }

    @Override
    protected boolean settle(Reservation reservation, String transaction, @Nullable String responseDigest) {
        return Database
            .ask(() -> statements().settle(reservation.key(), reservation.token(), transaction, responseDigest));
    }

    @Override
    protected void forget(Reservation reservation) {
        Database.run(() -> statements().forget(reservation.key(), reservation.token()));
    }

    @Override
    protected boolean take(StoredPayment found, String token, int maxRuns, int begun) {
        return Database.ask(() -> this.deliveries.take(found, token, maxRuns, begun));
    }

    @Override
    protected void write(List<DeliveryLog.Entry> entries) {
        Database.run(() -> this.deliveries.write(entries));
    }

    @Override
    public Optional<StoredPayment> find(PaymentKey key) {
        return Database.ask(() -> this.deliveries.find(key)).map(FoundPayment::payment).map(this::known);
    }

    /**
     * Returns whether the tables exist.
     * @return whether they are
     */
    boolean isInitialized() {
        return Database.ask(() -> {
            // Reads the product's name, which the start-up line shows, before any
            // payment.
            statements();
            return TABLES.stream().allMatch(this::exists);
        });
    }

    /**
     * Returns the version of the tables.
     * @return the version; 0 if there are no tables
     */
    int schemaVersion() {
        return Database.ask(() -> {
            try {
                String sql = "SELECT version FROM " + this.prefix + "schema_version";
                List<Integer> versions = this.jdbc.query(sql, (row, number) -> row.getInt(1));
                return versions.isEmpty() ? 1 : versions.get(0);
            }
            catch (BadSqlGrammarException ex) {
                return exists("payment") ? 1 : 0;
            }
        });
    }

    private boolean exists(String table) {
        try {
            String sql = "SELECT 1 FROM " + this.prefix + table + " WHERE 1 = 0";
            return this.jdbc.query(sql, (row, number) -> true).isEmpty();
        }
        catch (BadSqlGrammarException ex) {
            return false;
        }
    }

    /**
     * Deletes records of payments that are settled or ended in another final state.
     * Payments whose settlement is unknown stay.
     * @return how many payments were deleted
     */
    int deleteSettled() {
        return Database.ask(() -> statements().deleteSettled(this.longestRetention));
    }

    @Override
    public String kind() {
        return "jdbc";
    }

    /** Names the database once it was reached. */
    @Override
    public String storage() {
        String name = this.product;
        return (name != null) ? "jdbc (" + ForeignText.shown(name, MAX_NAME) + ")" : "jdbc (not reached)";
    }

    /**
     * Returns for how long this instance knows that payments were stored: as long as it
     * runs, up to the retention that it is configured for, and an hour at least. Before
     * it started, instances with a shorter retention may have deleted some.
     */
    @Override
    public Duration retention() {
        Duration known = Duration.between(this.startedAt, this.clock.instant());
        Duration longest = (known.compareTo(this.longestRetention) < 0) ? known : this.longestRetention;
        return (longest.compareTo(MIN_RETENTION) < 0) ? MIN_RETENTION : longest;
    }

    @Override
    protected int takeUp(Duration after) {
        return Database.ask(() -> this.unknownPayments.takeUp(after));
    }

    @Override
    public List<UnknownPayment> lease(Duration lease, int max) {
        return Database.ask(() -> this.unknownPayments.lease(lease, max));
    }

    @Override
    protected boolean conclude(UnknownPayment payment, PaymentState present, Conclusion conclusion) {
        return Database.ask(() -> this.unknownPayments.conclude(payment, present, conclusion));
    }

    @Override
    public void note(PaymentKey key, String type, String transaction) {
        Database.run(() -> statements().note(key, type, transaction));
    }

    private LedgerStatements statements() {
        LedgerStatements known = this.statements;
        if (known == null) {
            known = postgreSql() ? new PostgreSqlLedgerStatements(this.jdbc, this.prefix)
                    : new LedgerStatements(this.jdbc, transactions(), this.prefix);
            this.statements = known;
        }
        return known;
    }

    private TransactionOperations transactions() {
        TransactionTemplate transactions = new TransactionTemplate(new JdbcTransactionManager(this.dataSource));
        transactions.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
        return transactions;
    }

    private boolean postgreSql() {
        try {
            String product = JdbcUtils.extractDatabaseMetaData(this.dataSource,
                    (metaData) -> metaData.getDatabaseProductName());
            this.product = product;
            return product.toLowerCase(Locale.ROOT).contains("postgresql");
        }
        catch (MetaDataAccessException ex) {
            throw new DataAccessResourceFailureException("The database was not reached", ex);
        }
    }

}
