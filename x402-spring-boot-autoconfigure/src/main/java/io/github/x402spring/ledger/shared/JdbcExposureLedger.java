package io.github.x402spring.ledger.shared;

import java.math.BigDecimal;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

import io.github.x402spring.ledger.Exposure;
import io.github.x402spring.ledger.ExposureLedger;
import io.github.x402spring.ledger.ExposureLimit;
import io.github.x402spring.ledger.ExposureResult;
import io.github.x402spring.ledger.FieldDigest;
import io.github.x402spring.ledger.LedgerException;
import io.github.x402spring.ledger.PaymentKey;

/**
 * Store of what subjects have spent, in a relational database. A reservation locks one
 * row for each limit and subject while it reads and writes, in the same order everywhere,
 * and uses the clock of the database. A lapsed lease is given back by the next
 * reservation from the same limit. Thread-safe.
 */
final class JdbcExposureLedger implements ExposureLedger {

    /** The row of a subject may be deleted just before it is locked. */
    private static final int MAX_TRIES = 3;

    private final TransactionTemplate transactions;

    private final JdbcTemplate jdbc;

    private final ExposureStatements statements;

    private final Duration lease;

    JdbcExposureLedger(DataSource dataSource, String tablePrefix, Duration queryTimeout, Duration lease) {
        LedgerDataSource ledgerDataSource = new LedgerDataSource(dataSource);
        this.jdbc = ledgerDataSource.template(queryTimeout);
        this.statements = new ExposureStatements(this.jdbc, tablePrefix);
        this.transactions = new TransactionTemplate(new JdbcTransactionManager(ledgerDataSource));
        this.transactions.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
        // What others committed while this one waited for a lock has to be seen.
        this.transactions.setIsolationLevel(TransactionDefinition.ISOLATION_READ_COMMITTED);
        this.lease = lease;
    }

    @Override
    public ExposureResult reserve(List<Exposure> exposures) {
        List<Exposure> ordered = exposures.stream().sorted(Exposure.ORDER).toList();
        String token = UUID.randomUUID().toString();
        for (int tries = 0; tries < MAX_TRIES; tries++) {
            Optional<ExposureResult> result = Database
                .ask(() -> this.transactions.execute((status) -> Optional.ofNullable(reserve(token, ordered))));
            if (result.isPresent()) {
                return result.get();
            }
            Database.run(() -> ordered.forEach(this::addSubject));
        }
        throw new LedgerException("The row of a subject is deleted again and again", null);
    }

    /** Returns {@code null} if a subject is not known yet. */
    private @Nullable ExposureResult reserve(String token, List<Exposure> exposures) {
        Instant now = Instant.MIN;
        for (Exposure exposure : exposures) {
            Timestamp time = this.statements.lock(exposure.limit().name(), exposure.subject());
            if (time == null) {
                return null;
            }
            now = time.toInstant();
            this.statements.giveBackLapsed(exposure, now);
            ExposureLimit limit = exposure.limit();
            Optional<Duration> wait = limit.wait(this.statements.slots(exposure, now), exposure.amount(), now);
            if (wait.isPresent()) {
                return new ExposureResult.Exceeded(limit.name(), wait.get());
            }
        }
        for (Exposure exposure : exposures) {
            this.statements.add(exposure, now, token, now.plus(this.lease));
        }
        return new ExposureResult.Reserved(token, exposures, now, false);
    }

    /** Outside of the transaction: where a row is there already, it would be over. */
    private void addSubject(Exposure exposure) {
        try {
            this.statements.addSubject(exposure);
        }
        catch (DuplicateKeyException ex) {
            // Another instance was faster.
        }
    }

    @Override
    public Optional<ExposureResult.Reserved> commit(ExposureResult.Reserved reservation) {
        boolean committed = Database.ask(() -> this.transactions.execute((status) -> {
            for (Exposure exposure : reservation.exposures()) {
                if (!this.statements.endLease(exposure.limit().name(), exposure.subject(), reservation.token())) {
                    status.setRollbackOnly();
                    return false;
                }
            }
            return true;
        }));
        return committed ? Optional.of(reservation.commit()) : Optional.empty();
    }

    @Override
    public void giveBack(ExposureResult.Reserved reservation) {
        Database.run(() -> this.transactions.executeWithoutResult((status) -> {
            for (Exposure exposure : reservation.exposures()) {
                this.statements.lock(exposure.limit().name(), exposure.subject());
            }
            for (Exposure exposure : reservation.exposures()) {
                if (reservation.committed()
                        || this.statements.endLease(exposure.limit().name(), exposure.subject(), reservation.token())) {
                    this.statements.subtract(exposure.limit().name(), exposure.subject(),
                            exposure.limit().slot(reservation.since()), new BigDecimal(exposure.amount()));
                }
            }
        }));
    }

    /** Stored as a lease that does not lapse. */
    @Override
    public void hold(PaymentKey payment, ExposureResult.Reserved committed) {
        Database.run(() -> this.transactions.executeWithoutResult((status) -> {
            for (Exposure exposure : committed.exposures()) {
                this.statements.lease(exposure, exposure.limit().slot(committed.since()), held(payment),
                        Long.MAX_VALUE);
            }
        }));
    }

    @Override
    public void giveBack(PaymentKey payment) {
        Database.run(() -> this.transactions.executeWithoutResult((status) -> {
            this.statements.giveBackHeld(held(payment));
        }));
    }

    /** No random UUID is one. */
    private static String held(PaymentKey payment) {
        byte[] digest = new FieldDigest().add(payment.network().toString())
            .add(payment.asset())
            .add(payment.payer())
            .add(payment.nonce())
            .digest();
        return "of-" + HexFormat.of().formatHex(digest, 0, 16);
    }

    /**
     * Deletes what no longer counts.
     */
    void deleteOld() {
        Database.run(() -> this.statements.deleteEnded(Database.now(this.jdbc)));
    }

}
