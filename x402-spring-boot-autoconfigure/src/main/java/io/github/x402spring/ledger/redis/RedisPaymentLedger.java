package io.github.x402spring.ledger.redis;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
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

import io.github.x402spring.ledger.LedgerException;
import io.github.x402spring.ledger.PaymentClaim;
import io.github.x402spring.ledger.PaymentKey;
import io.github.x402spring.ledger.PaymentState;
import io.github.x402spring.ledger.RecoverableLedger;
import io.github.x402spring.ledger.Reservation;
import io.github.x402spring.ledger.ReserveResult;
import io.github.x402spring.ledger.UnknownPayment;
import io.github.x402spring.ledger.UnrecordedSettlements;
import io.github.x402spring.protocol.Network;

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
public final class RedisPaymentLedger implements RecoverableLedger {

    private static final Duration MIN_RETENTION = Duration.ofHours(1);

    @SuppressWarnings("rawtypes")
    private static final RedisScript<List> RESERVE = RedisScript.of(script("reserve"), List.class);

    private static final RedisScript<Long> MOVE = RedisScript.of(script("move"), Long.class);

    private static final RedisScript<Long> FORGET = RedisScript.of(script("forget"), Long.class);

    @SuppressWarnings("rawtypes")
    private static final RedisScript<List> DUE = RedisScript.of(script("due"), List.class);

    private static final RedisScript<Long> RECOVER = RedisScript.of(script("recover"), Long.class);

    @SuppressWarnings("rawtypes")
    private static final RedisScript<List> LEASE = RedisScript.of(script("lease"), List.class);

    private static final RedisScript<Long> CONCLUDE = RedisScript.of(script("conclude"), Long.class);

    private static final int MAX_RECOVERED = 1000;

    private final StringRedisTemplate redis;

    private final String payments;

    /** Names the payments that are worked on, by the time of the last step. */
    private final String open;

    /** Names the payments whose settlement is unknown, likewise. */
    private final String unknown;

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
        this.payments = Objects.requireNonNull(keyPrefix, "'keyPrefix' must not be null") + "payment:";
        this.open = keyPrefix + "open";
        this.unknown = keyPrefix + "unknown";
        this.retention = retention;
    }

    @Override
    public ReserveResult reserve(PaymentClaim claim) throws LedgerException {
        String token = UUID.randomUUID().toString();
        List<?> answer = ask(() -> this.redis.execute(RESERVE, keys(claim.key()), arguments(claim, token)));
        String state = String.valueOf(answer.get(0));
        boolean sameRequest = claim.fingerprint().value().equals(answer.get(1));
        return switch (state) {
            case "FREE" -> new ReserveResult.Reserved(new Reservation(claim.key(), token, false));
            case "RESUMED" -> new ReserveResult.Reserved(new Reservation(claim.key(), token, true));
            case "SETTLED" -> new ReserveResult.Used(sameRequest);
            case "UNKNOWN" -> new ReserveResult.BoundElsewhere();
            default -> new ReserveResult.InFlight();
        };
    }

    private Object[] arguments(PaymentClaim claim, String token) {
        List<Object> arguments = new ArrayList<>(List.of(token, claim.fingerprint().value(),
                Long.toString(claim.validBefore().plus(this.retention).getEpochSecond()), "valid_before",
                Long.toString(claim.validBefore().getEpochSecond()), "endpoint", claim.endpoint(), "resource",
                claim.resource(), "scheme", claim.scheme(), "amount", claim.amount().toString(), "pay_to",
                claim.payTo()));
        String caller = claim.caller();
        if (caller != null) {
            arguments.addAll(List.of("caller", caller));
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
        move(reservation, PaymentState.SETTLED, transaction);
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
        ask(() -> this.redis.execute(FORGET, List.of(name(reservation.key()), this.open), reservation.token()));
    }

    @Override
    public Optional<PaymentState> find(PaymentKey key) throws LedgerException {
        try {
            Object state = this.redis.opsForHash().get(name(key), "state");
            return Optional.ofNullable(state).map((name) -> PaymentState.valueOf(name.toString()));
        }
        catch (DataAccessException ex) {
            throw noAnswer(ex);
        }
    }

    private boolean move(Reservation reservation, PaymentState state, String transaction) throws LedgerException {
        return ask(() -> this.redis.execute(MOVE, keys(reservation.key()), reservation.token(), state.name(),
                transaction)) == 1;
    }

    /**
     * Records first what this instance settled while Redis was out of reach.
     */
    @Override
    public int recover(Duration after) throws LedgerException {
        this.unrecorded.recordHeld(this::recordSettled);
        int recovered = 0;
        for (String name : due(this.open, after, MAX_RECOVERED)) {
            recovered += Math.toIntExact(
                    ask(() -> this.redis.execute(RECOVER, List.of(name, this.open, this.unknown), seconds(after))));
        }
        return recovered;
    }

    @Override
    public List<UnknownPayment> lease(Duration lease, int max) throws LedgerException {
        List<UnknownPayment> leased = new ArrayList<>();
        for (String name : due(this.unknown, lease, max)) {
            List<?> found = ask(() -> this.redis.execute(LEASE, List.of(name, this.unknown), seconds(lease)));
            if (!found.isEmpty()) {
                leased.add(payment(name, found.stream().map(String::valueOf).toList()));
            }
        }
        return leased;
    }

    @Override
    public boolean conclude(UnknownPayment payment, @Nullable String transaction) throws LedgerException {
        return ask(() -> this.redis.execute(CONCLUDE, List.of(name(payment.key()), this.unknown), payment.token(),
                (transaction != null) ? transaction : "")) == 1;
    }

    private List<String> due(String list, Duration untouched, int max) throws LedgerException {
        return ask(() -> this.redis.execute(DUE, List.of(list), seconds(untouched), Integer.toString(max))).stream()
            .map(String::valueOf)
            .toList();
    }

    private UnknownPayment payment(String name, List<String> found) {
        String[] parts = name.substring(this.payments.length()).split("\\|", -1);
        PaymentKey key = new PaymentKey(Network.parse(parts[0]), parts[1], parts[2], parts[3]);
        String transaction = found.get(5);
        return new UnknownPayment(key, found.get(0), found.get(1), new BigInteger(found.get(2)), found.get(3),
                Instant.ofEpochSecond(Long.parseLong(found.get(4))), transaction.isEmpty() ? null : transaction);
    }

    private static String seconds(Duration duration) {
        return BigDecimal.valueOf(duration.toMillis(), 3).toPlainString();
    }

    private static <T> T ask(Supplier<@Nullable T> question) throws LedgerException {
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

    private List<String> keys(PaymentKey key) {
        return List.of(name(key), this.open, this.unknown);
    }

    /** None of its parts has a vertical bar. */
    private String name(PaymentKey key) {
        return this.payments + key.network() + '|' + key.asset() + '|' + key.payer() + '|' + key.nonce();
    }

    private static ClassPathResource script(String name) {
        return new ClassPathResource(name + ".lua", RedisPaymentLedger.class);
    }

}
