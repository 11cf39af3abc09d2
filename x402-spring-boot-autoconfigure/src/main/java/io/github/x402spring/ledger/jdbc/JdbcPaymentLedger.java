package io.github.x402spring.ledger.jdbc;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.regex.Pattern;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.BadSqlGrammarException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.jdbc.support.JdbcUtils;
import org.springframework.jdbc.support.MetaDataAccessException;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.support.TransactionOperations;
import org.springframework.transaction.support.TransactionTemplate;

import io.github.x402spring.ledger.LedgerException;
import io.github.x402spring.ledger.PaymentClaim;
import io.github.x402spring.ledger.PaymentKey;
import io.github.x402spring.ledger.PaymentState;
import io.github.x402spring.ledger.RecoverableLedger;
import io.github.x402spring.ledger.Reservation;
import io.github.x402spring.ledger.ReserveResult;
import io.github.x402spring.ledger.UnknownPayment;
import io.github.x402spring.ledger.UnrecordedSettlements;
import io.github.x402spring.ledger.jdbc.LedgerStatements.Claimed;

/**
 * Keeps the ledger in a relational database, for as many instances as share it and across
 * restarts. The database decides who gets a payment, by its primary key, and what time it
 * is. Nothing is held open while a facilitator is asked, and nothing of it belongs to a
 * transaction of the application's. Thread-safe.
 * <p>
 * Released payments leave no row, so that strangers cannot fill the table with payments
 * that were refused.
 *
 * @since 0.1.0
 */
public final class JdbcPaymentLedger implements RecoverableLedger {

    private static final Pattern PREFIX = Pattern.compile("[A-Za-z0-9_.]{0,64}");

    /**
     * A payment may be released between two looks at it, and reserved again, as often as
     * somebody presents it.
     */
    private static final int MAX_TRIES = 3;

    /** Covers clocks that go wrong. */
    private static final Duration MIN_RETENTION = Duration.ofHours(1);

    private final LedgerDataSource dataSource;

    private final String prefix;

    private final JdbcTemplate jdbc;

    private final UnrecordedSettlements unrecorded = new UnrecordedSettlements();

    private volatile @Nullable LedgerStatements statements;

    /**
     * Creates a ledger. Does no I/O.
     * @param dataSource the database
     * @param tablePrefix what the names of the tables begin with
     * @param queryTimeout how long a statement may take
     */
    public JdbcPaymentLedger(DataSource dataSource, String tablePrefix, Duration queryTimeout) {
        if (!PREFIX.matcher(tablePrefix).matches()) {
            throw new IllegalArgumentException("'tablePrefix' must consist of letters, digits, '_' and '.'");
        }
        this.dataSource = new LedgerDataSource(dataSource);
        this.prefix = tablePrefix;
        this.jdbc = this.dataSource.template(queryTimeout);
    }

    @Override
    public ReserveResult reserve(PaymentClaim claim) throws LedgerException {
        LedgerRow row = new LedgerRow(claim, UUID.randomUUID().toString());
        for (int tries = 0; tries < MAX_TRIES; tries++) {
            Claimed claimed = ask(() -> statements().claim(row));
            if (claimed != Claimed.NOT) {
                return new ReserveResult.Reserved(
                        new Reservation(claim.key(), row.token(), claimed == Claimed.RESUMED));
            }
            Optional<Found> found = ask(() -> statements().read(claim.key(), Found::of));
            if (found.isPresent() && !found.get().free(row)) {
                return found.get().result(row);
            }
        }
        return new ReserveResult.InFlight();
    }

    @Override
    public boolean settling(Reservation reservation) throws LedgerException {
        return move(reservation, PaymentState.SETTLING, null);
    }

    /**
     * What cannot be recorded now is recorded by {@link #recover}, before anybody could
     * take it for abandoned, or after.
     */
    @Override
    public void settled(Reservation reservation, String transaction) throws LedgerException {
        this.unrecorded.record(this::recordSettled, reservation, transaction);
    }

    private void recordSettled(Reservation reservation, String transaction) throws LedgerException {
        move(reservation, PaymentState.SETTLED, transaction);
    }

    @Override
    public void unknown(Reservation reservation, String transaction) throws LedgerException {
        move(reservation, PaymentState.UNKNOWN, transaction.isEmpty() ? null : transaction);
    }

    @Override
    public void release(Reservation reservation) throws LedgerException {
        if (reservation.resumed()) {
            move(reservation, PaymentState.UNKNOWN, null);
            return;
        }
        ask(() -> {
            statements().forget(reservation.key(), reservation.token());
            return true;
        });
    }

    @Override
    public Optional<PaymentState> find(PaymentKey key) throws LedgerException {
        return ask(() -> statements().read(key, Found::of)).map(Found::state);
    }

    /**
     * Tells whether the tables are there.
     * @return whether they are
     * @throws LedgerException if the database gives no answer
     */
    public boolean isInitialized() throws LedgerException {
        return ask(() -> {
            try {
                statements().probe();
                return true;
            }
            catch (BadSqlGrammarException ex) {
                return false;
            }
        });
    }

    /**
     * Deletes records of settled payments. Payments whose settlement is not known stay.
     * @param retention how long a record is kept after the payer's authorization expired;
     * an hour at least
     * @return how many payments were deleted
     * @throws LedgerException if the database gives no answer
     */
    public int deleteSettled(Duration retention) throws LedgerException {
        if (retention.compareTo(MIN_RETENTION) < 0) {
            throw new IllegalArgumentException("'retention' must be an hour at least");
        }
        return ask(() -> statements().deleteSettled(retention));
    }

    /**
     * Records first what this instance settled while the database was out of reach.
     */
    @Override
    public int recover(Duration after) throws LedgerException {
        this.unrecorded.recordHeld(this::recordSettled);
        return ask(() -> new AbandonedPayments(this.jdbc, transactions(), this.prefix).takeUp(after));
    }

    @Override
    public List<UnknownPayment> lease(Duration lease, int max) throws LedgerException {
        return ask(() -> unknownPayments().lease(lease, max));
    }

    @Override
    public boolean conclude(UnknownPayment payment, @Nullable String transaction) throws LedgerException {
        return ask(() -> unknownPayments().conclude(payment, transaction));
    }

    private UnknownPayments unknownPayments() {
        return new UnknownPayments(this.jdbc, transactions(), this.prefix);
    }

    private boolean move(Reservation reservation, PaymentState state, @Nullable String transaction)
            throws LedgerException {
        return ask(() -> statements().move(reservation.key(), reservation.token(), state, transaction));
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
            return product.toLowerCase(Locale.ROOT).contains("postgresql");
        }
        catch (MetaDataAccessException ex) {
            throw new DatabaseNotReachedException(ex);
        }
    }

    private static <T> T ask(Supplier<T> question) throws LedgerException {
        try {
            return question.get();
        }
        catch (DataAccessException | TransactionException ex) {
            throw new LedgerException("The database gave no answer", ex);
        }
    }

    /**
     * Is what is known of a payment that was not to be had.
     */
    private record Found(PaymentState state, String fingerprint) {

        static Found of(ResultSet row, int number) throws SQLException {
            return new Found(PaymentState.valueOf(row.getString(1)), row.getString(2));
        }

        /** Whether somebody else let it go in the meantime. */
        boolean free(LedgerRow row) {
            return this.state == PaymentState.UNKNOWN && this.fingerprint.equals(row.fingerprint());
        }

        ReserveResult result(LedgerRow row) {
            return switch (this.state) {
                case RESERVED, SETTLING, RELEASED -> new ReserveResult.InFlight();
                case SETTLED -> new ReserveResult.Used(this.fingerprint.equals(row.fingerprint()));
                case UNKNOWN -> new ReserveResult.BoundElsewhere();
            };
        }

    }

    private static final class DatabaseNotReachedException extends DataAccessException {

        private static final long serialVersionUID = 1L;

        DatabaseNotReachedException(Exception cause) {
            super("The database was not reached", cause);
        }

    }

}
