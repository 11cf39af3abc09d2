package io.github.x402spring.ledger.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.springframework.core.io.ClassPathResource;
import org.springframework.dao.DataAccessException;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.data.redis.core.script.RedisScript;

import io.github.x402spring.ledger.DeliveryLog;
import io.github.x402spring.ledger.LedgerException;
import io.github.x402spring.ledger.PaymentClaim;
import io.github.x402spring.ledger.PaymentIdentifier;
import io.github.x402spring.ledger.PaymentKey;
import io.github.x402spring.ledger.PaymentState;
import io.github.x402spring.ledger.RecoverableLedger;
import io.github.x402spring.ledger.Reservation;
import io.github.x402spring.ledger.ReserveResult;
import io.github.x402spring.ledger.UnknownPayment;
import io.github.x402spring.ledger.UnknownSettlements;
import io.github.x402spring.ledger.UnrecordedSettlements;

/**
 * Keeps the ledger in Redis, for as many instances as share it. Each step is one script,
 * which Redis runs alone. What is settled is forgotten some time after it can no longer
 * be presented. Thread-safe.
 * <p>
 * Redis acknowledges what it has not yet written or copied: a fail-over may lose the last
 * steps. A payment that was settled could then be granted again, if the facilitator lets
 * it through; the token's nonce is the last guard, so it does not, and the second settle
 * fails. Where a grant must not depend on that, use a database.
 *
 * @since 0.1.0
 */
public final class RedisPaymentLedger implements RecoverableLedger, AutoCloseable {

    private static final int MAX_TRIES = 3;

    private static final Duration MIN_RETENTION = Duration.ofHours(1);

    @SuppressWarnings("rawtypes")
    private static final RedisScript<List> RESERVE = RedisScript.of(script("reserve"), List.class);

    private static final RedisScript<Long> MOVE = RedisScript.of(script("move"), Long.class);

    private static final RedisScript<Long> FORGET = RedisScript.of(script("forget"), Long.class);

    private static final RedisScript<Long> DELIVER = RedisScript.of(script("deliver"), Long.class);

    private static final String LEASE = Long.toString(DeliveryLog.LEASE.toMillis());

    private final StringRedisTemplate redis;

    private final RedisPurchaseNames names;

    private final DeliveryLog deliveries;

    private final RedisOpenPayments openPayments;

    private final UnrecordedSettlements unrecorded = new UnrecordedSettlements();

    private final Duration retention;

    /**
     * Creates a ledger. Does no I/O.
     * @param redis the connection
     * @param keyPrefix what the keys begin with; in a cluster it has a hash tag, because
     * every step touches a payment and the list that it is on
     * @param retention how long a payment is remembered after the payer's authorization
     * expired; an hour at least
     */
    public RedisPaymentLedger(StringRedisTemplate redis, String keyPrefix, Duration retention) {
        if (retention.compareTo(MIN_RETENTION) < 0) {
            throw new IllegalArgumentException("'retention' must be an hour at least");
        }
        this.redis = Objects.requireNonNull(redis, "'redis' must not be null");
        this.openPayments = new RedisOpenPayments(redis,
                Objects.requireNonNull(keyPrefix, "'keyPrefix' must not be null"));
        this.retention = retention;
        this.names = new RedisPurchaseNames(redis, keyPrefix);
        this.deliveries = new DeliveryLog(this::write);
    }

    @Override
    public ReserveResult reserve(PaymentClaim claim) throws LedgerException {
        String token = UUID.randomUUID().toString();
        List<?> answer = ask(
                () -> this.redis.execute(RESERVE, this.openPayments.keys(claim.key()), arguments(claim, token)));
        boolean sameRequest = claim.fingerprint().value().equals(answer.get(1));
        return switch (String.valueOf(answer.get(0))) {
            case "FREE" -> name(claim, new Reservation(claim.key(), token, false));
            case "RESUMED" -> new ReserveResult.Reserved(new Reservation(claim.key(), token, true));
            case "UNKNOWN" -> new ReserveResult.BoundElsewhere();
            default -> contend(claim.key(), answer, sameRequest);
        };
    }

    /** The payment comes first: who holds the name always holds a payment, too. */
    private ReserveResult name(PaymentClaim claim, Reservation reservation) throws LedgerException {
        PaymentIdentifier identifier = claim.identifier();
        if (identifier == null) {
            return new ReserveResult.Reserved(reservation);
        }
        PaymentKey gone = null;
        for (int tries = 0; tries < MAX_TRIES; tries++) {
            PaymentKey holder = this.names.take(identifier, claim.key(), gone, forgottenAt(claim));
            if (holder.equals(claim.key())) {
                if (gone == null || find(gone).isEmpty()) {
                    return new ReserveResult.Reserved(reservation);
                }
                // It was presented anew when its name had just been taken for free.
                this.names.take(identifier, gone, claim.key(), forgottenAt(claim));
                break;
            }
            List<?> answer = ask(() -> this.redis.execute(RESERVE, this.openPayments.keys(holder),
                    UUID.randomUUID().toString(), "terms", identifier.terms(), LEASE, ""));
            if (!"FREE".equals(answer.get(0))) {
                release(reservation);
                return named(holder, answer, identifier.terms().equals(answer.get(1)));
            }
            gone = holder;
        }
        release(reservation);
        return new ReserveResult.InFlight();
    }

    private ReserveResult named(PaymentKey holder, List<?> answer, boolean sameTerms) {
        if (!sameTerms) {
            return new ReserveResult.BoundElsewhere();
        }
        return "UNKNOWN".equals(answer.get(0)) ? new ReserveResult.Pending() : contend(holder, answer, true);
    }

    private ReserveResult contend(PaymentKey key, List<?> answer, boolean sameRequest) {
        String transaction = String.valueOf(answer.get(2));
        String token = String.valueOf(answer.get(3));
        return switch (String.valueOf(answer.get(0))) {
            case "SETTLED" -> new ReserveResult.Used(key, sameRequest, transaction);
            case "TAKEN" -> {
                Reservation reservation = new Reservation(key, token, false);
                this.deliveries.began(reservation);
                yield new ReserveResult.Undelivered(reservation, transaction, "1".equals(answer.get(4)));
            }
            case "UNDER_WAY" -> this.deliveries.knowsDelivered(token) ? new ReserveResult.Used(key, true, transaction)
                    : new ReserveResult.InFlight();
            default -> new ReserveResult.InFlight();
        };
    }

    private String forgottenAt(PaymentClaim claim) {
        return Long.toString(claim.validBefore().plus(this.retention).getEpochSecond());
    }

    private Object[] arguments(PaymentClaim claim, String token) {
        String fingerprint = claim.fingerprint().value();
        List<Object> arguments = new ArrayList<>(List.of(token, "fingerprint", fingerprint, LEASE, forgottenAt(claim),
                "fingerprint", fingerprint, "valid_before", Long.toString(claim.validBefore().getEpochSecond()),
                "endpoint", claim.endpoint(), "resource", claim.resource(), "scheme", claim.scheme()));
        arguments.addAll(List.of("amount", claim.amount().toString(), "pay_to", claim.payTo()));
        String caller = claim.caller();
        if (caller != null) {
            arguments.addAll(List.of("caller", caller));
        }
        PaymentIdentifier identifier = claim.identifier();
        if (identifier != null) {
            arguments.addAll(List.of("terms", identifier.terms()));
        }
        return arguments.toArray();
    }

    @Override
    public boolean settling(Reservation reservation) throws LedgerException {
        return move(reservation, PaymentState.SETTLING, "");
    }

    @Override
    public void settled(Reservation reservation, String transaction) throws LedgerException {
        this.unrecorded.record(this::recordSettled, reservation, transaction);
    }

    private void recordSettled(Reservation reservation, String transaction) throws LedgerException {
        if (move(reservation, PaymentState.SETTLED, transaction)) {
            this.deliveries.began(reservation);
        }
    }

    /** It was delivered while Redis could not be told, whoever else finds it settled. */
    private void recordDelivered(Reservation reservation, String transaction) throws LedgerException {
        move(reservation, PaymentState.SETTLED, transaction);
        this.deliveries.delivered(reservation);
    }

    @Override
    public void delivered(Reservation reservation) {
        this.deliveries.delivered(reservation);
    }

    @Override
    public void undelivered(Reservation reservation) {
        this.deliveries.lost(reservation);
    }

    private void write(List<DeliveryLog.Entry> entries) throws LedgerException {
        for (DeliveryLog.Entry entry : entries) {
            ask(() -> this.redis.execute(DELIVER, this.openPayments.keys(entry.reservation().key()),
                    entry.reservation().token(), entry.kind().name(), LEASE));
        }
    }

    /** Records which answers were delivered, as far as it is not. */
    @Override
    public void close() {
        this.deliveries.close();
    }

    @Override
    public void unknown(Reservation reservation, String transaction) throws LedgerException {
        move(reservation, PaymentState.UNKNOWN, transaction);
    }

    @Override
    public void release(Reservation reservation) throws LedgerException {
        if (reservation.resumed()) {
            move(reservation, PaymentState.UNKNOWN, "");
            return;
        }
        ask(() -> this.redis.execute(FORGET, this.openPayments.keys(reservation.key()), reservation.token()));
    }

    @Override
    public Optional<UnknownSettlements> unknownSettlements() throws LedgerException {
        return Optional.of(new UnknownSettlements(this.openPayments.unknown(), null));
    }

    @Override
    public Optional<PaymentState> find(PaymentKey key) throws LedgerException {
        try {
            Object state = this.redis.opsForHash().get(this.openPayments.name(key), "state");
            return Optional.ofNullable(state).map((name) -> PaymentState.valueOf(name.toString()));
        }
        catch (DataAccessException ex) {
            throw noAnswer(ex);
        }
    }

    /**
     * Records first what this instance settled while Redis was out of reach.
     */
    @Override
    public int recover(Duration after) throws LedgerException {
        this.unrecorded.recordHeld(this::recordDelivered);
        return this.openPayments.recover(after);
    }

    @Override
    public List<UnknownPayment> lease(Duration lease, int max) throws LedgerException {
        return this.openPayments.lease(lease, max);
    }

    @Override
    public boolean conclude(UnknownPayment payment, @Nullable String transaction) throws LedgerException {
        return this.openPayments.conclude(payment, transaction);
    }

    private boolean move(Reservation reservation, PaymentState state, String transaction) throws LedgerException {
        return ask(() -> this.redis.execute(MOVE, this.openPayments.keys(reservation.key()), reservation.token(),
                state.name(), transaction, LEASE)) == 1;
    }

    static <T> T ask(Supplier<@Nullable T> question) throws LedgerException {
        T answer;
        try {
            answer = question.get();
        }
        catch (DataAccessException ex) {
            throw noAnswer(ex);
        }
        if (answer == null) {
            throw noAnswer(null);
        }
        return answer;
    }

    private static LedgerException noAnswer(@Nullable Exception cause) {
        return new LedgerException("Redis gave no answer", cause);
    }

    static ClassPathResource script(String name) {
        return new ClassPathResource(name + ".lua", RedisPaymentLedger.class);
    }

}
